#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| emeritus_fuzz::conversation(bytes));
