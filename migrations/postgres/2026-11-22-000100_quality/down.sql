DROP TABLE quality_report_reviews;
DROP TABLE quality_reports;
