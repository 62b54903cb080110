//! Node kinds, edge kinds and the other closed vocabularies, each one enum with its SQL text.
//!
//! Every enum lists its texts in ascending byte order: its number then sorts as its text does, and a
//! column sorted by number is sorted by text, which is the order that segments declare.

/// Declares an enum whose variants have a fixed SQL text, in ascending text order.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in the order of its number and of its text.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The text that SQL shows.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            /// The value of a text that SQL shows.
            pub fn parse(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

vocabulary! {
    /// What a node is. The specification's names; see `docs/reference/kinds.md`.
    NodeKind {
        /// A Java annotation, a Python or TypeScript decorator, a Rust attribute.
        Annotation = "ANNOTATION",
        Block = "BLOCK",
        /// A call, or an operator (`<operator>.addition`).
        Call = "CALL",
        /// A comment; a child of its FILE.
        Comment = "COMMENT",
        ControlStructure = "CONTROL_STRUCTURE",
        /// The name on the right of a field access.
        FieldIdentifier = "FIELD_IDENTIFIER",
        File = "FILE",
        Identifier = "IDENTIFIER",
        Import = "IMPORT",
        /// A label: of `goto`, of a `case`, of an arm.
        JumpTarget = "JUMP_TARGET",
        Literal = "LITERAL",
        /// A variable of a method.
        Local = "LOCAL",
        /// A field of a type, or a variable of a module.
        Member = "MEMBER",
        Method = "METHOD",
        MethodParameterIn = "METHOD_PARAMETER_IN",
        /// A method used as a value; a closure's METHOD is its child.
        MethodRef = "METHOD_REF",
        /// The formal return of a method: the exit of its control flow graph.
        MethodReturn = "METHOD_RETURN",
        Modifier = "MODIFIER",
        NamespaceBlock = "NAMESPACE_BLOCK",
        Return = "RETURN",
        TypeDecl = "TYPE_DECL",
        TypeParameter = "TYPE_PARAMETER",
        /// A mention of a type.
        TypeRef = "TYPE_REF",
        /// Source that has no meaning here: a syntax error, or a construct without a rule.
        Unknown = "UNKNOWN",
    }
}

impl NodeKind {
    /// Whether nodes of this kind are declarations, whose ids survive edits.
    #[inline]
    pub const fn is_declaration(self) -> bool {
        matches!(
            self,
            NodeKind::File
                | NodeKind::NamespaceBlock
                | NodeKind::TypeDecl
                | NodeKind::TypeParameter
                | NodeKind::Member
                | NodeKind::Method
                | NodeKind::MethodParameterIn
        )
    }
}

vocabulary! {
    /// What an edge says.
    EdgeKind {
        /// A call's argument and the parameter it becomes.
        ArgumentToParameter = "ARGUMENT_TO_PARAMETER",
        Bridge = "BRIDGE",
        /// A call and a method it may run; the label says how it was resolved.
        Call = "CALL",
        /// A closure and a variable of an enclosing method that it uses.
        Capture = "CAPTURE",
        Cdg = "CDG",
        /// Control may pass from one node to the next; the label says on what condition.
        Cfg = "CFG",
        Dominate = "DOMINATE",
        EvalType = "EVAL_TYPE",
        /// An import and the declaration it names.
        Imports = "IMPORTS",
        InheritsFrom = "INHERITS_FROM",
        Overrides = "OVERRIDES",
        PostDominate = "POST_DOMINATE",
        ReachingDef = "REACHING_DEF",
        /// A use and the declaration it means.
        Ref = "REF",
    }
}

vocabulary! {
    /// The fixed labels of edges. (REACHING_DEF is labelled with a variable instead.)
    EdgeLabel {
        /// A function given to a call of something outside of the tree, which is taken to run it.
        Callback = "callback",
        /// Control enters a case or an arm.
        Case = "case",
        /// Control enters a `default` or passes a switch that has none.
        Default = "default",
        /// Control leaves by a thrown exception.
        Exception = "exception",
        /// The condition does not hold.
        False = "false",
        /// A call resolved to an overriding method of a subtype.
        Hierarchy = "hierarchy",
        /// Resolved through an import.
        Import = "import",
        /// Resolved by the name alone.
        Name = "name",
        /// Resolved by scope or by a qualified name.
        Static = "static",
        /// The condition holds.
        True = "true",
        /// Resolved through the receiver's type.
        Type = "type",
        /// Not resolved: the edge ends at a stub.
        Unresolved = "unresolved",
        /// Resolved by following functions and objects as values.
        Value = "value",
    }
}

impl EdgeLabel {
    /// `true` for `false` and the other way round; other labels have no opposite.
    pub const fn negated(self) -> EdgeLabel {
        match self {
            EdgeLabel::True => EdgeLabel::False,
            EdgeLabel::False => EdgeLabel::True,
            other => other,
        }
    }
}

vocabulary! {
    /// What a CONTROL_STRUCTURE does.
    Control {
        Break = "BREAK",
        Catch = "CATCH",
        Continue = "CONTINUE",
        /// A call put off to the end of its method (Go).
        Defer = "DEFER",
        Do = "DO",
        Else = "ELSE",
        /// Passing from one case to the next by demand (Go).
        Fallthrough = "FALLTHROUGH",
        Finally = "FINALLY",
        For = "FOR",
        /// A loop over the elements of something.
        Foreach = "FOREACH",
        Goto = "GOTO",
        If = "IF",
        /// A loop without a condition (Rust `loop`).
        Loop = "LOOP",
        /// Choice by pattern; arms do not fall through.
        Match = "MATCH",
        /// Choice by value; cases fall through.
        Switch = "SWITCH",
        Throw = "THROW",
        Try = "TRY",
        While = "WHILE",
        Yield = "YIELD",
    }
}

vocabulary! {
    /// How a call finds its method.
    Dispatch {
        Dynamic = "DYNAMIC_DISPATCH",
        Inlined = "INLINED",
        Static = "STATIC_DISPATCH",
    }
}

vocabulary! {
    /// What became of a file.
    FileStatus {
        /// It could not be read or analysed at all.
        Failed = "failed",
        Ok = "ok",
        /// It is in the graph, but part of it could not be understood; `error` says what.
        Partial = "partial",
        /// It was left out on purpose; `error` says why.
        Skipped = "skipped",
    }
}

vocabulary! {
    /// What a file asks of others before linking.
    ReferenceKind {
        /// A call that its own file does not answer.
        Call = "CALL",
        Import = "IMPORT",
        /// A supertype.
        Inherit = "INHERIT",
        /// A name used as a value.
        Name = "NAME",
        Type = "TYPE",
        /// What a variable that declares no type holds.
        Value = "VALUE",
    }
}

vocabulary! {
    /// How a reference names what it asks for; it says how to read its `qualifier`.
    ReferenceForm {
        /// By its name alone; no qualifier.
        Bare = "bare",
        /// On a receiver whose type other files tell: the qualifier is a type term.
        Expression = "expression",
        /// Through an import: the qualifier is the imported path, absolute.
        Import = "import",
        /// On a receiver of which nothing is known.
        Method = "method",
        /// By a path: the qualifier is what stands before the name, as written.
        Path = "path",
        /// On the object itself: the qualifier is the type around the reference.
        Self_ = "self",
        /// On the object itself as its supertypes see it: the qualifier is the type around the reference.
        Super = "super",
        /// On a receiver whose type the file tells: the qualifier is that type.
        Type = "type",
        /// What a variable or an expression holds; no qualifier.
        Value = "value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_ascend() {
        fn ascending<T: Copy>(all: &[T], text: fn(T) -> &'static str) {
            assert!(all.windows(2).all(|w| text(w[0]) < text(w[1])));
        }
        ascending(NodeKind::ALL, NodeKind::as_str);
        ascending(EdgeKind::ALL, EdgeKind::as_str);
        ascending(EdgeLabel::ALL, EdgeLabel::as_str);
        ascending(Control::ALL, Control::as_str);
        ascending(Dispatch::ALL, Dispatch::as_str);
        ascending(FileStatus::ALL, FileStatus::as_str);
        ascending(ReferenceKind::ALL, ReferenceKind::as_str);
        ascending(ReferenceForm::ALL, ReferenceForm::as_str);
        assert!(NodeKind::ALL.iter().all(|k| NodeKind::parse(k.as_str()) == Some(*k)));
    }
}
