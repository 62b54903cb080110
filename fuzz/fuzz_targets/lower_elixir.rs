#![no_main]
libfuzzer_sys::fuzz_target!(|source: &[u8]| stoa_fuzz::lower("fuzz/input.ex", source));
