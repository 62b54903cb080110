//! What may be wrong with a use of memory: weaknesses that no row names, as they follow from what rows say of allocation.

/// A fault, which `flows` shows as its kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Fault {
    UseAfterFree,
    DoubleFree,
    NullDereference,
    /// What an allocation gave is followed, and nobody asked whether it is null.
    UncheckedAllocation,
    /// What is freed was not allocated.
    FreeNotHeap,
    /// What is freed is not the start of what was allocated.
    FreeInside,
    /// It was allocated by something that another function has to free.
    MismatchedFree,
    BufferOverflow,
    BufferUnderflow,
    /// What was allocated can be reached by nothing any more.
    Leak,
    Uninitialized,
    DivisionByZero,
    /// A handle is open that nothing can close any more.
    HandleLeak,
    IntegerOverflow,
    IntegerUnderflow,
    /// No way leads out of a loop.
    EndlessLoop,
    /// A method does nothing without running itself first.
    EndlessRecursion,
    /// What is asserted does not hold.
    Assertion,
}

impl Fault {
    pub(crate) const ALL: [Fault; 18] = [
        Fault::UseAfterFree,
        Fault::DoubleFree,
        Fault::NullDereference,
        Fault::UncheckedAllocation,
        Fault::FreeNotHeap,
        Fault::FreeInside,
        Fault::MismatchedFree,
        Fault::BufferOverflow,
        Fault::BufferUnderflow,
        Fault::Leak,
        Fault::Uninitialized,
        Fault::DivisionByZero,
        Fault::HandleLeak,
        Fault::IntegerOverflow,
        Fault::IntegerUnderflow,
        Fault::EndlessLoop,
        Fault::EndlessRecursion,
        Fault::Assertion,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Fault::UseAfterFree => "use-after-free",
            Fault::DoubleFree => "double-free",
            Fault::NullDereference => "null-dereference",
            Fault::UncheckedAllocation => "unchecked-allocation",
            Fault::FreeNotHeap => "free-not-heap",
            Fault::FreeInside => "free-inside",
            Fault::MismatchedFree => "mismatched-free",
            Fault::BufferOverflow => "buffer-overflow",
            Fault::BufferUnderflow => "buffer-underflow",
            Fault::Leak => "memory-leak",
            Fault::Uninitialized => "uninitialized",
            Fault::DivisionByZero => "division-by-zero",
            Fault::HandleLeak => "handle-leak",
            Fault::IntegerOverflow => "integer-overflow",
            Fault::IntegerUnderflow => "integer-underflow",
            Fault::EndlessLoop => "endless-loop",
            Fault::EndlessRecursion => "endless-recursion",
            Fault::Assertion => "assertion",
        }
    }
}
