use std::cell::{Cell, RefCell};

use super::*;

/// A GIF's first bytes: enough to be recognised.
const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00";

struct Tree(tempfile::TempDir);

impl Tree {
    fn new(files: &[&str]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for file in files {
            let path = tree.path(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, GIF).unwrap();
        }
        tree
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    /// Found files below the tree, and the failures.
    fn walk(&self, roots: &[&str]) -> (Vec<String>, Vec<FileFailure>) {
        let roots: Vec<_> = roots.iter().map(|root| self.path(root)).collect();
        let (mut found, mut failed) = (Vec::new(), Vec::new());
        walk(
            &roots,
            &|| false,
            &mut |file| found.push(self.name(&file.path)),
            &mut |failure| failed.push(failure),
        );
        (found, failed)
    }

    fn name(&self, path: &Path) -> String {
        let below = path.strip_prefix(self.0.path()).unwrap();
        let parts: Vec<_> = below.iter().map(|part| part.to_str().unwrap()).collect();
        parts.join("/")
    }
}

#[test]
fn pictures_are_found_in_folders_of_folders_in_the_order_of_names() {
    let tree = Tree::new(&["b.jpg", "a/2.PNG", "a/deep/er/1.heic", "c.webp"]);
    let (found, failed) = tree.walk(&[""]);
    assert_eq!(found, ["a/2.PNG", "a/deep/er/1.heic", "b.jpg", "c.webp"]);
    assert_eq!(failed, []);
}

#[test]
fn length_and_time_come_with_a_file() {
    let tree = Tree::new(&["a.gif"]);
    let mut seen = Vec::new();
    walk(
        &[tree.path("")],
        &|| false,
        &mut |file| seen.push((file.len, file.modified_ns)),
        &mut |_| {},
    );
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].0, GIF.len() as u64);
    assert!(seen[0].1 > 1_600_000_000_000_000_000);
}

#[test]
fn an_unknown_extension_or_none_is_judged_by_content() {
    let tree = Tree::new(&["scan", "photo.bak", "notes.txt"]);
    fs::write(tree.path("letter"), "Dear all").unwrap();
    fs::write(tree.path("empty"), "").unwrap();
    let (found, failed) = tree.walk(&[""]);
    assert_eq!(found, ["photo.bak", "scan"]);
    assert_eq!(failed, []);
}

#[test]
fn hidden_things_are_left_out_below_a_root_but_not_as_roots() {
    let tree = Tree::new(&[".hidden.jpg", ".cache/a.jpg", "b.jpg"]);
    assert_eq!(tree.walk(&[""]).0, ["b.jpg"]);
    let (found, _) = tree.walk(&[".cache", ".hidden.jpg"]);
    assert_eq!(found, [".cache/a.jpg", ".hidden.jpg"]);
}

#[test]
fn a_file_named_as_root_is_taken_whatever_its_extension() {
    let tree = Tree::new(&["picture.txt"]);
    assert_eq!(tree.walk(&["picture.txt"]).0, ["picture.txt"]);
}

#[test]
fn roots_that_overlap_give_each_file_once() {
    let tree = Tree::new(&["a/b/1.jpg", "a/2.jpg"]);
    let (found, _) = tree.walk(&["a/b", "a", "a", "a/2.jpg"]);
    assert_eq!(found, ["a/2.jpg", "a/b/1.jpg"]);
}

#[test]
fn a_missing_root_is_reported_and_the_others_are_walked() {
    let tree = Tree::new(&["a/1.jpg"]);
    let (found, failed) = tree.walk(&["gone", "a"]);
    assert_eq!(found, ["a/1.jpg"]);
    assert_eq!(failed.len(), 1);
    assert!(failed[0].reason.contains("no longer there"));
}

#[test]
fn cancelling_stops_the_walk() {
    let tree = Tree::new(&["1.jpg", "2.jpg", "3.jpg", "4.jpg"]);
    let found = Cell::new(0);
    walk(
        &[tree.path("")],
        &|| found.get() == 2,
        &mut |_| found.set(found.get() + 1),
        &mut |_| {},
    );
    assert_eq!(found.get(), 2);
}

#[test]
fn a_file_that_vanishes_during_the_walk_is_reported_once() {
    let tree = Tree::new(&["1.jpg", "2.jpg"]);
    let failed = RefCell::new(Vec::new());
    walk(
        &[tree.path("")],
        &|| false,
        &mut |file| {
            // The folder was listed before its first file is handed out.
            if file.path.ends_with("1.jpg") {
                fs::remove_file(tree.path("2.jpg")).unwrap();
            }
        },
        &mut |failure| failed.borrow_mut().push(failure),
    );
    let failed = failed.into_inner();
    assert_eq!(failed.len(), 1);
    assert!(failed[0].path.ends_with("2.jpg"));
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_back_to_its_own_folder_is_reported_once() {
        let tree = Tree::new(&["a/b/1.jpg"]);
        symlink(tree.path("a"), tree.path("a/b/again")).unwrap();
        let (found, failed) = tree.walk(&["a"]);
        assert_eq!(found, ["a/b/1.jpg"]);
        assert_eq!(failed.len(), 1);
        assert!(failed[0].reason.contains("leads back"));
    }

    #[test]
    fn a_link_to_itself_and_a_dangling_link_are_reported_once_each() {
        let tree = Tree::new(&["1.jpg"]);
        symlink(tree.path("round"), tree.path("round")).unwrap();
        symlink(tree.path("nothing"), tree.path("dangling.jpg")).unwrap();
        let (found, failed) = tree.walk(&[""]);
        assert_eq!(found, ["1.jpg"]);
        let names: Vec<_> = failed
            .iter()
            .map(|failure| tree.name(&failure.path))
            .collect();
        assert_eq!(names, ["dangling.jpg", "round"]);
    }

    #[test]
    fn a_link_outside_is_followed_and_its_pictures_found_once() {
        let tree = Tree::new(&["root/1.jpg", "outside/2.jpg"]);
        symlink(tree.path("outside"), tree.path("root/x")).unwrap();
        symlink(tree.path("outside"), tree.path("root/y")).unwrap();
        let (found, failed) = tree.walk(&["root"]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.contains(&"root/1.jpg".to_owned()));
        assert_eq!(failed, []);
    }

    #[test]
    fn a_link_to_a_folder_walked_anyway_adds_nothing() {
        let tree = Tree::new(&["a/1.jpg", "b/2.jpg"]);
        symlink(tree.path("a"), tree.path("b/a")).unwrap();
        let (found, failed) = tree.walk(&[""]);
        assert_eq!(found, ["a/1.jpg", "b/2.jpg"]);
        assert_eq!(failed, []);
    }

    #[test]
    fn links_between_outside_folders_end() {
        let tree = Tree::new(&["root/1.jpg", "p/2.jpg", "q/3.jpg"]);
        symlink(tree.path("p"), tree.path("root/p")).unwrap();
        symlink(tree.path("q"), tree.path("p/q")).unwrap();
        symlink(tree.path("p"), tree.path("q/p")).unwrap();
        let (found, _) = tree.walk(&["root"]);
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn a_pipe_is_no_picture_and_is_not_waited_for() {
        let tree = Tree::new(&["1.jpg"]);
        let made = std::process::Command::new("mkfifo")
            .arg(tree.path("pipe.jpg"))
            .status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(tree.walk(&[""]).0, ["1.jpg"]);
        }
    }

    #[test]
    fn a_folder_without_permission_is_reported_once() {
        use std::os::unix::fs::PermissionsExt;

        let tree = Tree::new(&["open/1.jpg", "shut/2.jpg"]);
        let shut = tree.path("shut");
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
        let (found, failed) = tree.walk(&[""]);
        let all_powerful = fs::read_dir(&shut).is_ok();
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
        if all_powerful {
            // The superuser may read anything: then there is nothing to report.
            assert_eq!(failed, []);
            return;
        }
        assert_eq!(found, ["open/1.jpg"]);
        assert_eq!(failed.len(), 1);
        assert!(failed[0].reason.contains("permissions"));
    }
}

#[test]
fn a_refusal_by_the_system_names_the_remedy() {
    let refused = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    assert!(explain(&refused, "folder").contains("Change its permissions"));
}
