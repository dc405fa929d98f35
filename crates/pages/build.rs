//! Compiles the texts of the pages.

fn main() {
    candour_catalogue::compile("pages");
}
