//! Lines of the audit log as CSV.

use candour_domain::audit::AuditEvent;
use candour_domain::text::spreadsheet::{BYTE_ORDER_MARK, as_text, quoted};

/// Writes lines as CSV (RFC 4180: UTF-8 with a byte order mark, CRLF, quotes where needed). A text that a spreadsheet
/// would take for something else gets an apostrophe in front, as in [`crate::to_csv`].
///
/// ```
/// use candour_domain::AuditEventId;
/// use candour_domain::audit::AuditEvent;
/// use candour_report::audit_to_csv;
/// let line = AuditEvent {
///     id: AuditEventId::from_random([1; 16]),
///     at: "2027-03-31T17:00:00Z".parse()?,
///     actor: "worker".to_owned(),
///     action: "round.closed".to_owned(),
///     target: "round:1".to_owned(),
///     detail: serde_json::json!({}),
/// };
/// assert_eq!(
///     audit_to_csv(&[line]),
///     "\u{feff}at,actor,action,target,detail\r\n2027-03-31T17:00:00Z,worker,round.closed,round:1,{}\r\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn audit_to_csv(lines: &[AuditEvent]) -> String {
    let mut csv = format!("{BYTE_ORDER_MARK}at,actor,action,target,detail\r\n");
    for line in lines {
        csv.push_str(&quoted(&line.at_text()));
        for text in [&line.actor, &line.action, &line.target, &line.detail.to_string()] {
            csv.push(',');
            csv.push_str(&quoted(&as_text(text)));
        }
        csv.push_str("\r\n");
    }
    csv
}

#[cfg(test)]
mod tests {
    use candour_domain::AuditEventId;
    use serde_json::json;

    use super::*;

    #[test]
    fn no_field_is_a_formula_and_each_reads_back() -> Result<(), Box<dyn std::error::Error>> {
        let detail = json!({ "reason": "=HYPERLINK(\"x\"), \"said\"" });
        let line = AuditEvent {
            id: AuditEventId::from_random([1; 16]),
            at: "2027-03-31T17:00:00.123456Z".parse()?,
            actor: "=cmd".to_owned(),
            action: "+1".to_owned(),
            target: "@sum".to_owned(),
            detail: detail.clone(),
        };
        let csv = audit_to_csv(&[line]);
        let mut reader = csv::Reader::from_reader(csv.trim_start_matches(BYTE_ORDER_MARK).as_bytes());
        let rows: Vec<_> = reader.records().collect::<Result<_, _>>()?;
        assert_eq!(rows.len(), 1);
        let expected = ["2027-03-31T17:00:00Z", "'=cmd", "'+1", "'@sum", &detail.to_string()];
        assert_eq!(rows[0].iter().collect::<Vec<_>>(), expected);
        Ok(())
    }
}
