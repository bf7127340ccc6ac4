DROP TABLE topup_promotions;
