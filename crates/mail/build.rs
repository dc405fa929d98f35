//! Compiles the texts of the emails.

fn main() -> Result<(), candour_catalogue::Error> {
    candour_catalogue::compile("mail")
}
