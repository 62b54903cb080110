//! The `stoa` command; everything it does is in the library.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    stoa_sql::allocator::start();
    stoa_sql::command::main()
}
