UPDATE spree_users SET pin_code = '$2a$12$abcdefghijklmnopqrstuv' WHERE pin_code = '1234';
