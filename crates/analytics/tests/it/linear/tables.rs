//! Tables of the literature with suppressed cells. What is left open is what their authors, or a solver of linear
//! programs, computed.

use candour_analytics::audit::linear::{Known, LinearError, System};

use super::{Outcome, ends, follows};

/// A table with its row and column totals printed, and its cells except those suppressed. Unknown `columns * row +
/// column`.
fn table(cells: &[&[i64]], suppressed: &[(usize, usize)]) -> Result<System, LinearError> {
    let columns = cells.iter().map(|row| row.len()).max().unwrap_or(0);
    let total: i64 = cells.iter().copied().flatten().sum();
    let mut system = System::default();
    for (row, values) in cells.iter().enumerate() {
        for (column, value) in values.iter().enumerate() {
            let cell = system.unknown(0, total)?;
            if !suppressed.contains(&(row, column)) {
                system.know(Known::exactly([(cell, 1)], *value)?)?;
            }
        }
    }
    for (row, values) in cells.iter().enumerate() {
        system.know(Known::count(row * columns..(row + 1) * columns, values.iter().sum())?)?;
    }
    for column in 0..columns {
        let sum = cells.iter().filter_map(|row| row.get(column)).sum();
        system.know(Known::count((0..cells.len()).map(|row| row * columns + column), sum)?)?;
    }
    Ok(system)
}

/// The manual of tau-ARGUS 4.1, section 2.15: four suppressed cells with row totals 7 and 3, column totals 6 and 4.
#[test]
fn four_cells_of_the_tau_argus_manual() -> Outcome {
    let system = table(&[&[5, 2], &[1, 2]], &[(0, 0), (0, 1), (1, 0), (1, 1)])?;
    let open: Vec<_> = (0..4).map(|cell| ends(&system, &[(cell, 1)])).collect::<Result<_, _>>()?;
    assert_eq!(open, [(3, 6), (1, 4), (0, 3), (0, 3)]);
    assert!((0..4).all(|cell| !follows(&system, &[(cell, 1)])));
    assert!(follows(&system, &[(0, 1), (3, -1)]), "the first minus the last is known: 7 - 4");
    assert_eq!(ends(&system, &[(0, 1), (3, -1)])?, (3, 3));
    Ok(())
}

/// Investment by region and activity (Fischetti & Salazar 1999): four cells suppressed of nine.
#[test]
fn the_investment_table_of_fischetti_and_salazar() -> Outcome {
    let system = table(&[&[20, 50, 10], &[8, 19, 22], &[17, 32, 12]], &[(1, 0), (1, 2), (2, 0), (2, 2)])?;
    let open: Vec<_> = [3, 5, 6, 8].iter().map(|cell| ends(&system, &[(*cell, 1)])).collect::<Result<_, _>>()?;
    assert_eq!(open, [(0, 25), (5, 30), (0, 25), (4, 29)]);
    assert!([3, 5, 6, 8].iter().all(|cell| !follows(&system, &[(*cell, 1)])));
    assert_eq!(ends(&system, &[(3, 1), (5, 1)])?, (30, 30), "the pair in a row is known from the total of the row");
    Ok(())
}

/// The vignette of `GaussSuppression`: young and old in Spain, Iceland and Portugal.
#[test]
fn the_vignette_of_gauss_suppression() -> Outcome {
    let cells: [&[i64]; 2] = [&[5, 2, 0], &[6, 3, 4]];
    let (young_iceland, young_portugal, old_iceland, old_portugal) = (1, 2, 4, 5);
    let system = table(&cells, &[(0, 1), (0, 2), (1, 1), (1, 2)])?;
    for (cell, open) in
        [(young_portugal, (0, 2)), (young_iceland, (0, 2)), (old_portugal, (2, 4)), (old_iceland, (3, 5))]
    {
        assert_eq!(ends(&system, &[(cell, 1)])?, open);
        assert!(!follows(&system, &[(cell, 1)]));
    }
    // With the last of the four printed, the other three are given away.
    let system = table(&cells, &[(0, 1), (0, 2), (1, 2)])?;
    for (cell, value) in [(young_portugal, 0), (young_iceland, 2), (old_portugal, 4)] {
        assert_eq!(ends(&system, &[(cell, 1)])?, (value, value));
        assert!(follows(&system, &[(cell, 1)]));
    }
    Ok(())
}
