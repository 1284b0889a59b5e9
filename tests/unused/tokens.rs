//! A source as the names and signs in it, without comments and literals.

/// A name, or a sign such as `::` or `{`.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

impl Token {
    pub fn is_name(&self) -> bool {
        self.text
            .starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// Signs of two characters that must not be read as two.
const PAIRS: [&str; 3] = ["::", "->", "=>"];

pub fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader {
        rest: text,
        line: 1,
        tokens: Vec::new(),
    };
    while !reader.rest.is_empty() {
        reader.step();
    }
    reader.tokens
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
}

impl<'a> Reader<'a> {
    /// Takes `length` bytes.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    fn push(&mut self, text: &str, line: usize) {
        let text = text.to_owned();
        self.tokens.push(Token { text, line });
    }

    fn step(&mut self) {
        let line = self.line;
        let Some(first) = self.rest.chars().next() else {
            return;
        };
        if let Some(length) = raw_string(self.rest) {
            self.literal(length, line);
        } else if self.rest.starts_with("//") {
            self.take_while(|c| c != '\n');
        } else if self.rest.starts_with("/*") {
            let length = block_comment(self.rest);
            self.take(length);
        } else if first == '"' {
            let length = string(self.rest);
            self.literal(length, line);
        } else if first == '\'' {
            let length = quote(self.rest);
            self.take(length);
        } else if is_part_of_name(first) {
            let name = self.take_while(is_part_of_name);
            // A prefix of a literal is no name, and neither is a number.
            if !self.rest.starts_with(['"', '\'']) && !first.is_ascii_digit() {
                self.push(name, line);
            }
        } else if let Some(pair) = PAIRS.iter().find(|pair| self.rest.starts_with(**pair)) {
            self.take(2);
            self.push(pair, line);
        } else {
            let sign = self.take(first.len_utf8());
            if !first.is_whitespace() {
                self.push(sign, line);
            }
        }
    }

    /// A text names what stands in its braces, and in an attribute the whole text may be a path.
    fn literal(&mut self, length: usize, line: usize) {
        let text = self.take(length);
        let content = text.trim_matches(|c| c != '{' && c != '}' && !is_part_of_name(c));
        let is_value = self.tokens.last().is_some_and(|token| token.text == "=");
        if is_value && content.contains("::") && !content.contains(char::is_whitespace) {
            let path = tokens(content);
            self.tokens
                .extend(path.into_iter().map(|part| Token { line, ..part }));
            return;
        }
        for captured in text.replace("{{", "").split('{').skip(1) {
            let end = captured.find(|c| !is_part_of_name(c)).unwrap_or(0);
            if captured[end..].starts_with(['}', ':']) && end > 0 {
                // Apart from what stands before, or it would read as a part of that.
                self.push(",", line);
                self.push(&captured[..end], line);
            }
        }
    }
}

fn is_part_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a raw string that begins here: `r"…"`, `br#"…"#`.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.trim_start_matches(['b', 'c']).strip_prefix('r')?;
    let opened = hashes.trim_start_matches('#').strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes.len() - opened.len() - 1));
    let begin = text.len() - opened.len();
    let end = opened
        .find(&closing)
        .map_or(opened.len(), |at| at + closing.len());
    Some(begin + end)
}

/// The length of a string that begins here with its quotation mark.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character or lifetime.
fn quote(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), _) => text[3..].find('\'').map_or(text.len(), |at| at + 4),
        (_, Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}
