//! Lines of the audit log as CSV.

use candour_domain::text::spreadsheet::{BYTE_ORDER_MARK, as_text, quoted};

/// A line of the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditLine<'a> {
    /// When, as RFC 3339 writes it.
    pub at: &'a str,
    /// Who, such as `account:…`.
    pub actor: &'a str,
    /// What, such as `round.launched`.
    pub action: &'a str,
    /// To what, such as `round:…`.
    pub target: &'a str,
    /// What belongs to it, as JSON.
    pub detail: &'a str,
}

/// Writes lines as CSV (RFC 4180: UTF-8 with a byte order mark, CRLF, quotes where needed). A text that a spreadsheet
/// would take for something else gets an apostrophe in front, as in [`crate::to_csv`].
///
/// ```
/// use candour_report::{AuditLine, audit_to_csv};
/// let line = AuditLine { at: "2027-03-31T17:00:00Z", actor: "worker", action: "round.closed", target: "round:1", detail: "{}" };
/// assert_eq!(
///     audit_to_csv([line]),
///     "\u{feff}at,actor,action,target,detail\r\n2027-03-31T17:00:00Z,worker,round.closed,round:1,{}\r\n"
/// );
/// ```
#[must_use]
pub fn audit_to_csv<'a>(lines: impl IntoIterator<Item = AuditLine<'a>>) -> String {
    let mut csv = format!("{BYTE_ORDER_MARK}at,actor,action,target,detail\r\n");
    for AuditLine { at, actor, action, target, detail } in lines {
        csv.push_str(&quoted(at));
        for text in [actor, action, target, detail] {
            csv.push(',');
            csv.push_str(&quoted(&as_text(text)));
        }
        csv.push_str("\r\n");
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_a_formula_and_each_reads_back() -> Result<(), Box<dyn std::error::Error>> {
        let detail = r#"{"reason":"=HYPERLINK(\"x\"), \"said\""}"#;
        let line = AuditLine { at: "2027-03-31T17:00:00Z", actor: "=cmd", action: "+1", target: "@sum", detail };
        let csv = audit_to_csv([line]);
        let mut reader = csv::Reader::from_reader(csv.trim_start_matches(BYTE_ORDER_MARK).as_bytes());
        let rows: Vec<_> = reader.records().collect::<Result<_, _>>()?;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].iter().collect::<Vec<_>>(), ["2027-03-31T17:00:00Z", "'=cmd", "'+1", "'@sum", detail]);
        Ok(())
    }
}
