//! Per-file passes (scopes, control flow) and link passes (imports, inheritance, calls).
