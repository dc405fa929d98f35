-- What may be said about a questionnaire itself, over the answers to many released reviews.
--
-- A report is made once over a batch of reviews. Two reports over batches that overlap could be subtracted from one another, so a review is
-- in at most one batch: it is the key.

CREATE TABLE quality_reports (
    organisation_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    framework_id TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, framework_id) REFERENCES frameworks (organisation_id, id)
);

CREATE INDEX quality_reports_by_framework ON quality_reports (organisation_id, framework_id, created_at, id);

CREATE TABLE quality_report_reviews (
    organisation_id TEXT COLLATE "C" NOT NULL,
    review_id TEXT COLLATE "C" NOT NULL,
    report_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (organisation_id, review_id),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id),
    FOREIGN KEY (organisation_id, report_id) REFERENCES quality_reports (organisation_id, id)
);
