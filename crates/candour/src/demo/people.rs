//! The people of the sample trust. Their addresses are under `.example`, which no mail ever reaches.

/// The sample trust.
pub(super) const TRUST: &str = "Larkfield Learning Trust";

/// Who the sample round is about: name, address, post.
pub(super) const SUBJECT: (&str, &str, &str) = ("Dr Amara Bello", "amara.bello@larkfield.example", "Chief executive");

/// Who the round left open is about.
pub(super) const SECOND_SUBJECT: (&str, &str, &str) =
    ("Tom Hartley", "tom.hartley@larkfield.example", "Finance director");

/// Who the round is about that has been counted and not released.
pub(super) const THIRD_SUBJECT: (&str, &str, &str) =
    ("Ruth Fairbairn", "ruth.fairbairn@larkfield.example", "Director of education");

/// Trust HR.
pub(super) const HR: (&str, &str) = ("Priya Nair", "priya.nair@larkfield.example");

/// The chair of trustees, who is the facilitator.
pub(super) const CHAIR: (&str, &str) = ("Margaret Ellison", "margaret.ellison@larkfield.example");

/// A rater of the sample round.
pub(super) struct SampleRater {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) group: &'static str,
}

const TRUSTEES: &str = "Alan Whitmore, Bridget Carr, Chidi Okonkwo, Diane Foster, Edward Lyle, Farah Siddiqui, George \
 Pemberton, Hilary Stone";
const EXECUTIVES: &str = "Ian Mercer, Joanna Blake, Kwame Boateng, Lucy Tran";
const HEADS: &str = "Martin Hale, Nadia Rahman, Oliver Grant, Patricia Doyle, Rajesh Patel, Sarah Kendrick, Thomas \
 Reid, Una Gallagher, Victor Lindqvist, Wendy Marsh";
const STAFF: &str = "Aisha Khan, Ben Thornton, Carol Jennings, David Osei, Emma Whitfield, Frank Dolan, Grace Liu, \
 Hannah Price, Imran Yusuf, Jack Sutton, Kelly Nolan, Liam Draper";
const PARTNERS: &str = "Canon Ruth Abbott, Councillor Neil Barrow, Professor Sunita Rao";

/// Everyone who is asked besides the subject.
pub(super) fn raters() -> Vec<SampleRater> {
    let named = |name: &str, group| {
        let email =
            name.to_lowercase().split_whitespace().map(|word| word.replace('\'', "")).collect::<Vec<_>>().join(".");
        SampleRater { name: name.to_owned(), email: format!("{email}@larkfield.example"), group }
    };
    let groups = [
        ("trustees", TRUSTEES),
        ("executive_team", EXECUTIVES),
        ("headteachers", HEADS),
        ("staff", STAFF),
        ("external", PARTNERS),
    ];
    let mut raters = vec![SampleRater { name: CHAIR.0.to_owned(), email: CHAIR.1.to_owned(), group: "chair" }];
    raters.extend(
        groups.into_iter().flat_map(|(group, names)| names.split(", ").map(move |name| named(name.trim(), group))),
    );
    raters
}

/// The raters as the CSV file that HR imports.
pub(super) fn csv(raters: &[SampleRater]) -> String {
    raters.iter().fold("name,email,group\n".to_owned(), |file, rater| {
        format!("{file}{},{},{}\n", rater.name, rater.email, rater.group)
    })
}
