//! Filling a database of PostgreSQL by COPY.

use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls};

use super::{Filling, email, sealed};
use crate::Outcome;

pub(super) fn write(filling: &mut Filling<'_>, url: &str) -> Outcome {
    let mut client = Client::connect(url, NoTls)?;
    // The rows refer to one another as they should; looking each of them up would take most of the time.
    client.batch_execute("SET session_replication_role = replica; SET synchronous_commit = off")?;
    let (organisation, length) = (filling.organisation, filling.sealed);
    let noise = std::mem::take(&mut filling.noise);

    let text = [Type::TEXT; 7];
    let mut copy =
        Copy::into(&mut client, "raters (organisation_id, id, round_id, review_id, name, email, group_id)", &text)?;
    for (answer, place) in filling.by(|answer, _| answer.rater) {
        copy.row(&[
            &organisation,
            &answer.rater.to_string(),
            &place.round,
            &place.review,
            &"Ann Lee",
            &email(answer),
            &"staff",
        ])?;
    }
    copy.end()?;

    let columns = "invitations (organisation_id, id, round_id, review_id, rater_id, used, declined, withdrawn, \
     receipt_sent, delivery)";
    let kinds = [text[..5].to_vec(), vec![Type::BOOL; 4], vec![Type::TEXT]].concat();
    let mut copy = Copy::into(&mut client, columns, &kinds)?;
    for (answer, place) in filling.by(|answer, _| answer.invitation) {
        let (id, rater) = (answer.invitation.to_string(), answer.rater.to_string());
        copy.row(&[&organisation, &id, &place.round, &place.review, &rater, &true, &false, &false, &true, &"sent"])?;
    }
    copy.end()?;

    let kinds = [vec![Type::BYTEA], text[..4].to_vec()].concat();
    let mut copy =
        Copy::into(&mut client, "spent_links (hash, organisation_id, round_id, review_id, outcome)", &kinds)?;
    for (answer, place) in filling.by(|answer, _| answer.spent) {
        copy.row(&[&answer.spent.as_slice(), &organisation, &place.round, &place.review, &"received"])?;
    }
    copy.end()?;

    let kinds = [text[..3].to_vec(), vec![Type::BYTEA]].concat();
    let mut copy = Copy::into(&mut client, "ballots (organisation_id, review_id, id, sealed)", &kinds)?;
    for (answer, place) in filling.by(|answer, place| (place.review.clone(), answer.ballot)) {
        copy.row(&[&organisation, &place.review, &answer.ballot.to_string(), &sealed(&noise, length, answer)])?;
    }
    copy.end()?;

    // What the server would do by itself a little later, in the middle of a measurement.
    client.batch_execute("UPDATE rounds SET state = 'open', launched_at = created_at WHERE state = 'draft'")?;
    client.batch_execute("VACUUM (ANALYZE)")?;
    Ok(client.batch_execute("CHECKPOINT")?)
}

struct Copy<'a>(BinaryCopyInWriter<'a>);

impl<'a> Copy<'a> {
    fn into(client: &'a mut Client, columns: &str, kinds: &[Type]) -> Outcome<Self> {
        Ok(Self(BinaryCopyInWriter::new(client.copy_in(&format!("COPY {columns} FROM STDIN BINARY"))?, kinds)))
    }

    fn row(&mut self, values: &[&(dyn ToSql + Sync)]) -> Outcome {
        Ok(self.0.write(values)?)
    }

    fn end(self) -> Outcome {
        self.0.finish()?;
        Ok(())
    }
}
