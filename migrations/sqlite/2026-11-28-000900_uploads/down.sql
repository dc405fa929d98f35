ALTER TABLE organisations DROP COLUMN remembered_list;
DROP TABLE uploads;
