DROP TABLE clock_looks;
