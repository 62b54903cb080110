//! Operators are calls. Their names are the specification's (`<operator>.addition`), extended in the
//! same style where a language has an operator that the specification does not know.

use crate::Symbol;

macro_rules! operators {
    ($($variant:ident = $text:literal),+ $(,)?) => {
        /// An operator, numbered as its name is in every [`crate::Interner`].
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Operator { $($variant),+ }

        impl Operator {
            pub const ALL: &'static [Operator] = &[$(Operator::$variant),+];

            /// The name of the operator's CALL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Operator::$variant => concat!("<operator>.", $text)),+ }
            }
        }
    };
}

operators! {
    Addition = "addition",
    AddressOf = "addressOf",
    Alloc = "alloc",
    And = "and",
    ArithmeticShiftRight = "arithmeticShiftRight",
    ArrayInitializer = "arrayInitializer",
    Assert = "assert",
    Assignment = "assignment",
    AssignmentAnd = "assignmentAnd",
    AssignmentArithmeticShiftRight = "assignmentArithmeticShiftRight",
    AssignmentDivision = "assignmentDivision",
    AssignmentExponentiation = "assignmentExponentiation",
    AssignmentFloorDivision = "assignmentFloorDivision",
    AssignmentLogicalAnd = "assignmentLogicalAnd",
    AssignmentLogicalOr = "assignmentLogicalOr",
    AssignmentLogicalShiftRight = "assignmentLogicalShiftRight",
    AssignmentMatrixMultiplication = "assignmentMatrixMultiplication",
    AssignmentMinus = "assignmentMinus",
    AssignmentModulo = "assignmentModulo",
    AssignmentMultiplication = "assignmentMultiplication",
    AssignmentNullCoalesce = "assignmentNullCoalesce",
    AssignmentOr = "assignmentOr",
    AssignmentPlus = "assignmentPlus",
    AssignmentShiftLeft = "assignmentShiftLeft",
    AssignmentXor = "assignmentXor",
    AssignmentAndNot = "assignmentAndNot",
    Await = "await",
    AndNot = "andNot",
    BitwiseNot = "not",
    Cast = "cast",
    Compare = "compare",
    Conditional = "conditional",
    Delete = "delete",
    DictLiteral = "dictLiteral",
    Division = "division",
    Elvis = "elvis",
    Equals = "equals",
    Exponentiation = "exponentiation",
    ExpressionList = "expressionList",
    FieldAccess = "fieldAccess",
    FloorDivision = "floorDivision",
    FormatString = "formatString",
    GreaterEqualsThan = "greaterEqualsThan",
    GreaterThan = "greaterThan",
    HasNext = "hasNext",
    In = "in",
    IndexAccess = "indexAccess",
    IndirectFieldAccess = "indirectFieldAccess",
    Indirection = "indirection",
    InstanceOf = "instanceOf",
    Is = "is",
    IsNot = "isNot",
    Iterator = "iterator",
    LengthOf = "lengthOf",
    LessEqualsThan = "lessEqualsThan",
    LessThan = "lessThan",
    ListLiteral = "listLiteral",
    LogicalAnd = "logicalAnd",
    LogicalNot = "logicalNot",
    LogicalOr = "logicalOr",
    LogicalShiftRight = "logicalShiftRight",
    MatrixMultiplication = "matrixMultiplication",
    Minus = "minus",
    Modulo = "modulo",
    Multiplication = "multiplication",
    Next = "next",
    NotEquals = "notEquals",
    NotIn = "notIn",
    NullCoalesce = "nullCoalesce",
    Or = "or",
    Plus = "plus",
    PostDecrement = "postDecrement",
    PostIncrement = "postIncrement",
    PreDecrement = "preDecrement",
    PreIncrement = "preIncrement",
    Range = "range",
    Receive = "receive",
    Send = "send",
    SetLiteral = "setLiteral",
    ShiftLeft = "shiftLeft",
    SizeOf = "sizeOf",
    Slice = "slice",
    Spread = "spread",
    StrictEquals = "strictEquals",
    StrictNotEquals = "strictNotEquals",
    StringConcat = "stringConcat",
    StructLiteral = "structLiteral",
    Subtraction = "subtraction",
    TupleLiteral = "tupleLiteral",
    TypeOf = "typeOf",
    Matches = "matches",
    Void = "void",
    Xor = "xor",
    Yield = "yield",
    Go = "go",
    Try = "try",
    Concat = "concat",
    Difference = "difference",
    RegexMatch = "regexMatch",
}

impl Operator {
    /// The symbol of the operator's name, the same in every interner.
    #[inline]
    pub const fn symbol(self) -> Symbol {
        Symbol(self as u32 + 1)
    }

    /// The operator whose name has this symbol.
    #[inline]
    pub fn of(symbol: Symbol) -> Option<Operator> {
        Operator::ALL.get((symbol.0 as usize).wrapping_sub(1)).copied()
    }

    /// Whether the operator writes its first argument.
    pub const fn assigns(self) -> bool {
        matches!(
            self as u8,
            a if (a >= Operator::Assignment as u8 && a <= Operator::AssignmentAndNot as u8)
        ) || matches!(
            self,
            Operator::PreIncrement
                | Operator::PreDecrement
                | Operator::PostIncrement
                | Operator::PostDecrement
        )
    }
}
