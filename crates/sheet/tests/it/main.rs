//! Reading the files that people have: workbooks as programs write them, texts, and files made to do harm.

mod hostile;
mod made;
mod speed;
mod texts;
mod workbooks;

type Outcome = Result<(), Box<dyn std::error::Error>>;
