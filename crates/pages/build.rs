//! Compiles the texts of the pages.

fn main() -> Result<(), candour_catalogue::Error> {
    candour_catalogue::compile("pages")
}
