DROP TABLE account_addresses;
DROP TABLE passkeys;
