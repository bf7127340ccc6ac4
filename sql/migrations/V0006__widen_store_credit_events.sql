-- Room for riel in the history of store credits, as in the credits themselves.
--
-- Safe on a live shop: a wider numeric of the same scale is stored alike, so no row is rewritten or read. Apart from the
-- credits so that one transaction locks one table of the shop.

SELECT hangmeas.widen_money(6, 'spree_store_credit_events', '{amount,user_total_amount}');
