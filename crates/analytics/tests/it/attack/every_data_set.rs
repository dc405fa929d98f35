//! Every data set of larger reviews, as many as fit into minutes. The others run by hand: `cargo run --release
//! --example every_data_set`.

use super::every::{Every, Known};
use crate::world::Outcome;

fn assert_nothing_is_known(every: &Every) -> Result<Known, Box<dyn std::error::Error>> {
    let known = every.run()?;
    assert_eq!((known.by_outsiders, known.by_insiders), (0, 0), "{every:?}: {known:?}");
    Ok(known)
}

#[test]
fn guarantee_nobody_knows_an_answer_in_any_data_set_of_ten() -> Outcome {
    for threshold in [3, 4] {
        assert_eq!(assert_nothing_is_known(&Every::new(&[10], 5, 1, threshold))?.data_sets, 1001);
        assert_eq!(assert_nothing_is_known(&Every::new(&[11], 5, 1, threshold))?.data_sets, 1365);
        assert_eq!(assert_nothing_is_known(&Every::new(&[10, 10], 2, 1, threshold))?.data_sets, 121);
        assert_eq!(assert_nothing_is_known(&Every::new(&[10, 10], 3, 1, threshold))?.data_sets, 66 * 66);
    }
    for (insiders, threshold) in [(1, 4), (2, 4), (3, 5)] {
        for strict in [false, true] {
            // The insider of whom this takes account is one; more are in `brute_force`.
            assert_nothing_is_known(&Every { insiders, strict, ..Every::new(&[12], 4, 1, threshold) })?;
        }
    }
    Ok(())
}

#[test]
fn attack_39_harm_at_the_other_end() -> Outcome {
    let school_grades = |harmful_end| Every { harmful_end, ..Every::new(&[4], 6, 1, 4) };
    // Where 6 is the worst grade and nobody says so, an insider would learn that the three others gave it.
    let undeclared = assert_nothing_is_known(&school_grades(None))?;
    assert_eq!(undeclared.top_marks, 0, "both ends are protected");
    let declared = assert_nothing_is_known(&school_grades(Some("highest")))?;
    assert!(declared.top_marks > 0, "that all others gave the best grade may be found out");
    let low = school_grades(Some("lowest")).run()?;
    assert!(low.top_marks > 0);
    Ok(())
}
