//! What of a source is compiled for tests alone, and where the modules lie that it declares.

use std::path::{Path, PathBuf};

use super::tokens::Token;

/// Behind the semicolon or the block that ends the item at `at`.
pub fn end_of_item(tokens: &[Token], at: usize) -> usize {
    let is_import = tokens[at..].iter().take(2).any(|token| token.text == "use");
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(at) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth -= 1;
                if depth == 0 && token.text == "}" && !is_import || depth < 0 {
                    return place + 1;
                }
            }
            ";" if depth == 0 => return place + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The folder in which the modules lie that a source declares.
pub fn folder_of_children(path: &Path) -> PathBuf {
    let is_root = path
        .file_stem()
        .is_some_and(|stem| ["mod", "lib", "main"].iter().any(|root| stem == *root));
    if is_root {
        path.parent().unwrap_or(Path::new("")).to_owned()
    } else {
        path.with_extension("")
    }
}

/// Leaves out the items for tests, and names the modules among them that are files.
pub fn without_tests(tokens: Vec<Token>) -> (Vec<Token>, Vec<String>) {
    let mut kept = Vec::new();
    let mut modules = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let word = |ahead: usize| tokens.get(at + ahead).map_or("", |token| &*token.text);
        let is_of_tests = word(0) == "#"
            && word(1) == "["
            && word(2) == "cfg"
            && (word(4) == "test" || word(4) == "all" && word(6) == "test");
        if !is_of_tests {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        // This attribute, then those behind it.
        while tokens.get(at).is_some_and(|token| token.text == "#") {
            at = behind_brackets(&tokens, at + 1);
        }
        let end = end_of_item(&tokens, at);
        let declared = &tokens[at..end];
        if let [.., module, name, semicolon] = declared
            && module.text == "mod"
            && semicolon.text == ";"
        {
            modules.push(name.text.clone());
        }
        at = end;
    }
    (kept, modules)
}

fn behind_brackets(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(at) {
        match token.text.as_str() {
            "[" => depth += 1,
            "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place + 1;
        }
    }
    tokens.len()
}
