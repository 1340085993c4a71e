//! Lets the linker fold functions that came out equal.
//!
//! Generic code repeats itself much in a program of this kind. Only where rustc's own linker (lld) is the
//! default does the flag exist, and only the release profile is worth it.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let set = |name: &str| std::env::var(name).unwrap_or_default();
    if set("PROFILE") == "release" && set("TARGET") == "x86_64-unknown-linux-gnu" {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    }
}
