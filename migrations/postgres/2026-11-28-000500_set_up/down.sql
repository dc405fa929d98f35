DROP TABLE set_up_addresses;
