//! Containers and pointers of standard libraries, as far as their names tell what comes out of them.

/// What a method of a container gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gives {
    /// The container, or one of the same elements.
    Same,
    /// Its first type argument.
    First,
    /// Its last type argument: the elements, the values of a map.
    Last,
    /// An `Option` of the last type argument.
    MaybeLast,
}

/// What a method of a type with arguments gives, in a family.
pub fn gives(family: &str, method: &str) -> Option<Gives> {
    let table: &[(Gives, &[&str])] = match family {
        "rust" => RUST,
        "csharp" => CSHARP,
        "c" => CPP,
        _ => return None,
    };
    table.iter().find(|(_, names)| names.contains(&method)).map(|(gives, _)| *gives)
}

const RUST: &[(Gives, &[&str])] = &[
    (
        Gives::Same,
        &[
            "as_deref",
            "as_mut",
            "as_ref",
            "borrow",
            "borrow_mut",
            "by_ref",
            "chain",
            "clone",
            "cloned",
            "copied",
            "drain",
            "filter",
            "into_iter",
            "iter",
            "iter_mut",
            "lock",
            "ok",
            "ok_or",
            "ok_or_else",
            "or_else",
            "or_insert_with",
            "peekable",
            "read",
            "rev",
            "skip",
            "step_by",
            "take",
            "take_while",
            "to_owned",
            "values",
            "values_mut",
            "write",
        ],
    ),
    (Gives::First, &["expect", "unwrap", "unwrap_or", "unwrap_or_default", "unwrap_or_else"]),
    (
        Gives::MaybeLast,
        &[
            "find",
            "first",
            "first_mut",
            "get",
            "get_mut",
            "last",
            "last_mut",
            "max_by_key",
            "min_by_key",
            "next",
            "nth",
            "peek",
            "pop",
            "pop_back",
            "pop_front",
            "remove",
        ],
    ),
];

const CSHARP: &[(Gives, &[&str])] = &[
    (
        Gives::Same,
        &[
            "AsEnumerable",
            "AsQueryable",
            "ConfigureAwait",
            "Distinct",
            "OrderBy",
            "OrderByDescending",
            "Reverse",
            "Skip",
            "Take",
            "TakeWhile",
            "ThenBy",
            "ToArray",
            "ToList",
            "Where",
        ],
    ),
    (
        Gives::Last,
        &[
            "Dequeue",
            "ElementAt",
            "ElementAtOrDefault",
            "First",
            "FirstOrDefault",
            "GetValueOrDefault",
            "Last",
            "LastOrDefault",
            "Peek",
            "Pop",
            "Single",
            "SingleOrDefault",
            "Value",
            "Result",
        ],
    ),
];

const CPP: &[(Gives, &[&str])] =
    &[(Gives::Last, &["at", "back", "front", "get", "top", "value", "value_or"]), (Gives::Same, &["lock"])];

/// Types of Rust and C++ whose methods are those of what they point to.
pub fn points(name: &str) -> bool {
    matches!(
        name.rsplit("::").next().unwrap_or(name),
        "Arc"
            | "Box"
            | "Cow"
            | "MutexGuard"
            | "Pin"
            | "Rc"
            | "Ref"
            | "RefMut"
            | "RwLockReadGuard"
            | "RwLockWriteGuard"
            | "optional"
            | "shared_ptr"
            | "unique_ptr"
    )
}

/// Types that `await` and `?` take something out of.
pub fn wraps(name: &str) -> bool {
    let last = name.rsplit([':', '.']).next().unwrap_or(name);
    matches!(last, "Option" | "Result" | "Task" | "ValueTask")
}
