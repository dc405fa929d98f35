ALTER TABLE rounds DROP COLUMN advisers_promised;
DROP TABLE advisers;
