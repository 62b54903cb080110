//! Names of modules from paths.

/// The path without its file name's ending.
pub fn stem(path: &str) -> &str {
    match (path.rfind('.'), path.rfind('/')) {
        (Some(dot), Some(slash)) if dot > slash + 1 => &path[..dot],
        (Some(dot), None) if dot > 0 => &path[..dot],
        _ => path,
    }
}

/// The directory of a path; empty at the root.
pub fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// `a/b/c.py` → `a.b.c`; the file called `index` (Python's `__init__`) stands for its directory.
pub fn dotted(path: &str, index: &str) -> String {
    let stem = stem(path);
    let stem = match stem.strip_suffix(index) {
        Some(directory) if directory.is_empty() || directory.ends_with('/') => {
            directory.trim_end_matches('/')
        }
        _ => stem,
    };
    stem.replace('/', ".")
}

#[cfg(test)]
mod tests {
    #[test]
    fn names() {
        assert_eq!(super::dotted("a/b/c.py", "__init__"), "a.b.c");
        assert_eq!(super::dotted("a/b/__init__.py", "__init__"), "a.b");
        assert_eq!(super::dotted("a/my__init__.py", "__init__"), "a.my__init__");
        assert_eq!(super::stem("a.b/c"), "a.b/c");
    }
}
