UPDATE spree_users SET id_card_number = 'enc:kJ2s+9A==';
