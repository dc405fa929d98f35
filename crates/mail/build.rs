//! Compiles the texts of the emails.

fn main() {
    candour_catalogue::compile("mail");
}
