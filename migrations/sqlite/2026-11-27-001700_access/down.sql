DROP INDEX reviews_by_subject;
