//! Operator tokens that languages of C's kind write alike.

use stoa_model::Operator;

/// A table of operator tokens.
pub type Operators = &'static [(&'static str, Operator)];

/// Between two operands.
pub const BINARY: Operators = &[
    ("+", Operator::Addition),
    ("-", Operator::Subtraction),
    ("*", Operator::Multiplication),
    ("/", Operator::Division),
    ("%", Operator::Modulo),
    ("&", Operator::And),
    ("|", Operator::Or),
    ("^", Operator::Xor),
    ("<<", Operator::ShiftLeft),
    (">>", Operator::ArithmeticShiftRight),
    ("&&", Operator::LogicalAnd),
    ("||", Operator::LogicalOr),
    ("==", Operator::Equals),
    ("!=", Operator::NotEquals),
    ("<", Operator::LessThan),
    (">", Operator::GreaterThan),
    ("<=", Operator::LessEqualsThan),
    (">=", Operator::GreaterEqualsThan),
];

/// Before an operand.
pub const UNARY: Operators = &[
    ("!", Operator::LogicalNot),
    ("~", Operator::BitwiseNot),
    ("-", Operator::Minus),
    ("+", Operator::Plus),
    ("*", Operator::Indirection),
    ("&", Operator::AddressOf),
    ("++", Operator::PreIncrement),
    ("--", Operator::PreDecrement),
];

/// Behind an operand.
pub const POSTFIX: Operators = &[("++", Operator::PostIncrement), ("--", Operator::PostDecrement)];

/// Assignments that compute.
pub const ASSIGNMENT: Operators = &[
    ("+=", Operator::AssignmentPlus),
    ("-=", Operator::AssignmentMinus),
    ("*=", Operator::AssignmentMultiplication),
    ("/=", Operator::AssignmentDivision),
    ("%=", Operator::AssignmentModulo),
    ("&=", Operator::AssignmentAnd),
    ("|=", Operator::AssignmentOr),
    ("^=", Operator::AssignmentXor),
    ("<<=", Operator::AssignmentShiftLeft),
    (">>=", Operator::AssignmentArithmeticShiftRight),
];

/// A table with rows added to it; `N` is how many rows it has then.
pub const fn extended<const N: usize>(
    base: Operators,
    more: &[(&'static str, Operator)],
) -> [(&'static str, Operator); N] {
    assert!(base.len() + more.len() == N);
    let mut rows = [base[0]; N];
    let mut at = 0;
    while at < N {
        rows[at] = if at < base.len() { base[at] } else { more[at - base.len()] };
        at += 1;
    }
    rows
}
