pub extern crate wasmtime_c_api;
