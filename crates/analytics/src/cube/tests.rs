use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::*;

/// Rows as a test writes them.
type Row = (u32, u8, u16, u8);

#[derive(Clone, Debug, Default)]
struct Rows {
    subjects: Vec<u32>,
    groups: Vec<u8>,
    items: Vec<u16>,
    codes: Vec<u8>,
}

impl Rows {
    fn new(rows: &[Row]) -> Self {
        let mut columns = Self::default();
        for &(subject, group, item, code) in rows {
            columns.subjects.push(subject);
            columns.groups.push(group);
            columns.items.push(item);
            columns.codes.push(code);
        }
        columns
    }

    fn columns(&self) -> Columns<'_> {
        Columns { subjects: &self.subjects, groups: &self.groups, items: &self.items, codes: &self.codes }
    }
}

const SHAPE: Shape = Shape { subjects: 7, groups: 3, items: 4, values: 5 };

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let code = prop_oneof![5 => 0u8..5, 1 => Just(NOT_OBSERVED)];
    proptest::collection::vec((0u32..7, 0u8..3, 0u16..4, code), 0..200)
}

/// A row that is outside in one way.
fn outside() -> impl Strategy<Value = Row> {
    let codes = prop_oneof![Just(5), 5u8..NOT_OBSERVED].prop_map(|code| (0, 0, 0, code));
    prop_oneof![
        prop_oneof![Just(7), 7u32..=u32::MAX].prop_map(|subject| (subject, 0, 0, 0)),
        prop_oneof![Just(3), 3u8..=u8::MAX].prop_map(|group| (0, group, 0, NOT_OBSERVED)),
        prop_oneof![Just(4), 4u16..=u16::MAX].prop_map(|item| (0, 0, item, 0)),
        codes
    ]
}

fn threads(threads: usize) -> NonZeroUsize {
    NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN)
}

fn all_cells() -> impl Iterator<Item = (u32, u8, u16)> {
    (0..7).flat_map(|subject| (0..3).flat_map(move |group| (0..4).map(move |item| (subject, group, item))))
}

fn failed(error: CubeError) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

proptest! {
    #[test]
    fn a_cube_is_the_group_by(rows in rows()) {
        let mut expected: BTreeMap<Row, u32> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.3 != NOT_OBSERVED) {
            *expected.entry(*row).or_default() += 1;
        }
        let columns = Rows::new(&rows);
        let cube = count_columns(&columns.columns(), SHAPE, threads(1)).map_err(failed)?;
        for ((subject, group, item), counts) in all_cells().zip(cube.cells()) {
            let naive: Vec<u32> = (0..5).map(|code| expected.get(&(subject, group, item, code)).copied().unwrap_or(0)).collect();
            prop_assert_eq!(counts, naive.as_slice());
            prop_assert_eq!(cube.cell(subject, group, item), Some(naive.as_slice()));
            let answers = || rows.iter().filter(|row| (row.0, row.1, row.2) == (subject, group, item) && row.3 != NOT_OBSERVED).map(|row| u64::from(row.3) + 1);
            let moments = cube.moments(subject, group, item, 1).unwrap_or_default();
            prop_assert_eq!(usize::try_from(moments.answers).ok(), Some(answers().count()));
            prop_assert_eq!((moments.sum, moments.squares), (answers().sum(), answers().map(|answer| answer * answer).sum()));
        }
        prop_assert_eq!(cube.cells().count(), 7 * 3 * 4);
        prop_assert_eq!(cube.answers(), expected.values().sum::<u32>());
    }

    #[test]
    fn whatever_is_outside_is_refused_and_nothing_is_counted(before in rows(), after in rows(), wrong in outside(), second in outside()) {
        let mut cube = count_columns(&Rows::new(&before).columns(), SHAPE, threads(1)).map_err(failed)?;
        let untouched = cube.clone();
        let mixed: Vec<Row> = after.iter().copied().chain([wrong]).chain(before).chain([second]).collect();
        let refused = CubeError::OutOfShape { row: after.len() };
        let mixed = Rows::new(&mixed);
        prop_assert_eq!(cube.add_columns(&mixed.columns()), Err(refused));
        prop_assert_eq!(cube.add(wrong.0, wrong.1, wrong.2, wrong.3), Err(CubeError::OutOfShape { row: 0 }));
        prop_assert_eq!(&cube, &untouched);
        for number in [1, 2, 5] {
            prop_assert_eq!(partition::add_columns(&mut cube, &mixed.columns(), threads(number)), Err(refused));
        }
        prop_assert_eq!(&cube, &untouched);
    }

    #[test]
    fn any_number_of_threads_gives_the_same_cube(rows in rows(), spread in 1u32..3_000) {
        // Rows far apart are in different pieces of the cube.
        let rows: Vec<Row> = rows.into_iter().map(|(subject, group, item, code)| (subject * spread, group, item, code)).collect();
        let shape = Shape { subjects: 7 * spread, ..SHAPE };
        let mut cube = CountCube::new(shape).map_err(failed)?;
        for &(subject, group, item, code) in &rows {
            cube.add(subject, group, item, code).map_err(failed)?;
        }
        let columns = Rows::new(&rows);
        for number in [1, 2, 3, 16] {
            let mut on_threads = CountCube::new(shape).map_err(failed)?;
            partition::add_columns(&mut on_threads, &columns.columns(), threads(number)).map_err(failed)?;
            prop_assert!(on_threads == cube, "{} threads", number);
        }
    }

    #[test]
    fn merged_cubes_are_the_cube_of_all_rows(one in rows(), other in rows()) {
        let cube = |rows: &[Row]| count_columns(&Rows::new(rows).columns(), SHAPE, threads(1)).map_err(failed);
        let mut merged = cube(&one)?;
        merged.merge(&cube(&other)?).map_err(failed)?;
        prop_assert_eq!(merged, cube(&[one, other].concat())?);
    }
}

/// Enough rows for two threads, and a cube large enough to be counted piece by piece.
#[test]
fn a_large_table_is_counted_like_its_halves() -> Result<(), CubeError> {
    let shape = Shape { subjects: 5_000, ..SHAPE };
    let mut rows: Vec<Row> = Vec::new();
    for row in 0..140_000u32 {
        let code = u8::try_from(row % 6).ok().filter(|&code| code < 5).unwrap_or(NOT_OBSERVED);
        rows.push((
            row.wrapping_mul(2_654_435_761) % 5_000,
            u8::try_from(row % 3).unwrap_or(0),
            u16::try_from(row / 3 % 4).unwrap_or(0),
            code,
        ));
    }
    let all = Rows::new(&rows);
    let one = count_columns(&all.columns(), shape, threads(1))?;
    let two = count_columns(&all.columns(), shape, threads(2))?;
    assert!(one == two);
    let mut halves = CountCube::new(shape)?;
    for half in rows.chunks(10_000) {
        // So few rows are counted one by one.
        halves.add_columns(&Rows::new(half).columns())?;
    }
    assert!(halves == one);
    assert_eq!(usize::try_from(one.answers()).ok(), Some(rows.iter().filter(|row| row.3 != NOT_OBSERVED).count()));
    rows.push((5_000, 0, 0, 0));
    assert_eq!(
        count_columns(&Rows::new(&rows).columns(), shape, threads(2)),
        Err(CubeError::OutOfShape { row: 140_000 })
    );
    Ok(())
}

#[test]
fn a_shape_is_refused_by_name() {
    let refused = |subjects, groups, items, values| CountCube::new(Shape { subjects, groups, items, values }).err();
    assert_eq!(refused(1, 1, 1, 0), Some(CubeError::NoValues));
    assert_eq!(refused(0, 0, 0, 0), Some(CubeError::NoValues));
    assert_eq!(refused(u32::MAX, u8::MAX, u16::MAX, u8::MAX), Some(CubeError::TooLarge));
    assert_eq!(refused(1 << 20, 1, 1 << 8, 2), Some(CubeError::TooLarge), "one bit too many");
    assert_eq!(refused(u32::MAX, 0, 9, 5), None, "a cube without groups holds nothing");
    let empty = Rows::default();
    let shape = Shape { subjects: u32::MAX, groups: u8::MAX, items: u16::MAX, values: u8::MAX };
    assert_eq!(count_columns(&empty.columns(), shape, threads(2)), Err(CubeError::TooLarge));
}

#[test]
fn unequal_columns_and_shapes_are_refused() -> Result<(), CubeError> {
    let mut cube = CountCube::new(SHAPE)?;
    let untouched = cube.clone();
    for short in 0..4 {
        let length = |column| usize::from(column != short);
        let (subjects, groups, items, codes) = ([0; 1], [0; 1], [0; 1], [0; 1]);
        let columns = Columns {
            subjects: subjects.get(..length(0)).unwrap_or_default(),
            groups: groups.get(..length(1)).unwrap_or_default(),
            items: items.get(..length(2)).unwrap_or_default(),
            codes: codes.get(..length(3)).unwrap_or_default(),
        };
        assert_eq!(cube.add_columns(&columns), Err(CubeError::UnequalColumns));
        assert_eq!(count_columns(&columns, SHAPE, threads(2)), Err(CubeError::UnequalColumns));
    }
    let other = CountCube::new(Shape { groups: 4, items: 3, ..SHAPE })?;
    assert_eq!(cube.merge(&other), Err(CubeError::OtherShape));
    assert_eq!(cube, untouched);
    Ok(())
}

#[test]
fn no_count_overflows() -> Result<(), CubeError> {
    let mut cube = CountCube::new(Shape { subjects: 1, groups: 1, items: 1, values: 2 })?;
    cube.add(0, 0, 0, 1)?;
    for _ in 1..32 {
        cube.merge(&cube.clone())?;
    }
    assert_eq!(cube.cell(0, 0, 0), Some(&[0, 1 << 31][..]));
    assert_eq!(
        cube.moments(0, 0, 0, 254),
        Some(Moments { answers: 1 << 31, sum: 255 << 31, squares: (255 * 255) << 31 })
    );
    let half = cube.clone();
    assert_eq!(cube.merge(&half), Err(CubeError::TooManyAnswers));
    assert_eq!(cube, half);
    let mut nearly = CountCube { shape: cube.shape, counts: vec![0, u32::MAX - 1], answers: u32::MAX - 1 };
    let (subjects, groups, items) = ([0; 3], [0; 3], [0; 3]);
    let columns = |codes| Columns { subjects: &subjects, groups: &groups, items: &items, codes };
    assert_eq!(nearly.add_columns(&columns(&[1, 0, NOT_OBSERVED])), Err(CubeError::TooManyAnswers));
    assert_eq!(nearly.cell(0, 0, 0), Some(&[0, u32::MAX - 1][..]));
    nearly.add_columns(&columns(&[1, NOT_OBSERVED, NOT_OBSERVED]))?;
    assert_eq!(nearly.add(0, 0, 0, 0), Err(CubeError::TooManyAnswers));
    assert_eq!(nearly.add(0, 0, 0, NOT_OBSERVED), Ok(()), "nothing is counted, so nothing overflows");
    Ok(())
}
