//! Cargo does not see new files in `migrations/`, which are embedded at compile time.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
