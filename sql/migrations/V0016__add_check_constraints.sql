-- What the columns of Hangmeas may hold: the lists that their comments state, signs, ranges, and ends that come after
-- starts. An empty value (NULL) stays allowed wherever the column allows it.
--
-- Left open on purpose, because no closed list is stated anywhere: kinds of payment, wallet movement and notification, the
-- status of a wallet movement, genders. Points of a loyalty activity and modifiers of a seat's price go both ways. A top-up
-- bonus may exceed 100 percent. balance_moves takes amount as signed, and speaks only of completed movements.
--
-- Safe on a live shop: only tables that these migrations made are touched, no table of the shop.

ALTER TABLE xfactor_seasons
    ADD CONSTRAINT chk_xfactor_seasons_status           CHECK (status IN (0, 1, 2)),
    ADD CONSTRAINT chk_xfactor_seasons_dates            CHECK (end_date >= start_date),
    ADD CONSTRAINT chk_xfactor_seasons_total_votes_cast CHECK (total_votes_cast >= 0),
    ADD CONSTRAINT chk_xfactor_seasons_total_revenue    CHECK (total_revenue >= 0);

ALTER TABLE xfactor_episodes
    ADD CONSTRAINT chk_xfactor_episodes_episode_number CHECK (episode_number > 0),
    ADD CONSTRAINT chk_xfactor_episodes_status         CHECK (status IN (0, 1, 2)),
    ADD CONSTRAINT chk_xfactor_episodes_voting_window  CHECK (voting_end > voting_start),
    ADD CONSTRAINT chk_xfactor_episodes_views_count    CHECK (views_count >= 0),
    ADD CONSTRAINT chk_xfactor_episodes_total_votes    CHECK (total_votes >= 0);

ALTER TABLE xfactor_contestants
    ADD CONSTRAINT chk_xfactor_contestants_status               CHECK (status IN (0, 1, 2)),
    ADD CONSTRAINT chk_xfactor_contestants_age                  CHECK (age BETWEEN 1 AND 120),
    ADD CONSTRAINT chk_xfactor_contestants_final_rank           CHECK (final_rank > 0),
    ADD CONSTRAINT chk_xfactor_contestants_total_votes_received CHECK (total_votes_received >= 0);

ALTER TABLE episode_contestants
    ADD CONSTRAINT chk_episode_contestants_performance_order CHECK (performance_order > 0),
    ADD CONSTRAINT chk_episode_contestants_judges_score      CHECK (judges_score >= 0);

ALTER TABLE xfactor_votes
    ADD CONSTRAINT chk_xfactor_votes_vote_type   CHECK (vote_type IN ('free', 'paid', 'sms', 'bundle')),
    ADD CONSTRAINT chk_xfactor_votes_vote_count  CHECK (vote_count > 0),
    ADD CONSTRAINT chk_xfactor_votes_amount_paid CHECK (amount_paid >= 0),
    ADD CONSTRAINT chk_xfactor_votes_expires_at  CHECK (expires_at >= created_at);

ALTER TABLE vote_packages
    ADD CONSTRAINT chk_vote_packages_vote_count   CHECK (vote_count > 0),
    ADD CONSTRAINT chk_vote_packages_bonus_votes  CHECK (bonus_votes >= 0),
    ADD CONSTRAINT chk_vote_packages_price        CHECK (price >= 0),
    ADD CONSTRAINT chk_vote_packages_currency     CHECK (currency ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT chk_vote_packages_valid_window CHECK (valid_until > valid_from);

ALTER TABLE sms_vote_logs
    ADD CONSTRAINT chk_sms_vote_logs_carrier       CHECK (carrier IN ('smart', 'cellcard', 'metfone')),
    ADD CONSTRAINT chk_sms_vote_logs_charge_amount CHECK (charge_amount >= 0),
    ADD CONSTRAINT chk_sms_vote_logs_status        CHECK (status IN ('pending', 'confirmed', 'failed'));

ALTER TABLE wallet_transactions
    ADD CONSTRAINT chk_wallet_transactions_currency       CHECK (currency ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT chk_wallet_transactions_balance_before CHECK (balance_before >= 0),
    ADD CONSTRAINT chk_wallet_transactions_balance_after  CHECK (balance_after >= 0),
    ADD CONSTRAINT chk_wallet_transactions_balance_moves  CHECK (status <> 'completed' OR balance_after = balance_before + amount);

ALTER TABLE subscription_plans
    ADD CONSTRAINT chk_subscription_plans_price          CHECK (price >= 0),
    ADD CONSTRAINT chk_subscription_plans_currency       CHECK (currency ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT chk_subscription_plans_interval       CHECK ("interval" IN ('day', 'week', 'month', 'year')),
    ADD CONSTRAINT chk_subscription_plans_interval_count CHECK (interval_count > 0),
    ADD CONSTRAINT chk_subscription_plans_trial_days     CHECK (trial_days >= 0);

ALTER TABLE user_subscriptions
    ADD CONSTRAINT chk_user_subscriptions_status         CHECK (status IN ('trial', 'active', 'cancelled', 'expired', 'paused')),
    ADD CONSTRAINT chk_user_subscriptions_current_period CHECK (current_period_end > current_period_start),
    ADD CONSTRAINT chk_user_subscriptions_trial          CHECK (trial_end > trial_start),
    ADD CONSTRAINT chk_user_subscriptions_pause          CHECK (pause_end > pause_start);

ALTER TABLE subscription_invoices
    ADD CONSTRAINT chk_subscription_invoices_amount   CHECK (amount >= 0),
    ADD CONSTRAINT chk_subscription_invoices_currency CHECK (currency ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT chk_subscription_invoices_status   CHECK (status IN ('pending', 'paid', 'failed', 'refunded'));

ALTER TABLE feature_usages
    ADD CONSTRAINT chk_feature_usages_usage_count CHECK (usage_count >= 0);

ALTER TABLE artists
    ADD CONSTRAINT chk_artists_followers_count CHECK (followers_count >= 0);

ALTER TABLE event_organizers
    ADD CONSTRAINT chk_event_organizers_commission_rate CHECK (commission_rate BETWEEN 0 AND 100);

ALTER TABLE event_seats
    ADD CONSTRAINT chk_event_seats_seat_type CHECK (seat_type IN ('vip', 'standard', 'premium')),
    ADD CONSTRAINT chk_event_seats_status    CHECK (status IN ('available', 'reserved', 'sold', 'blocked'));

ALTER TABLE loyalty_activities
    ADD CONSTRAINT chk_loyalty_activities_activity_type CHECK (activity_type IN ('earn', 'redeem', 'expire', 'adjust'));

ALTER TABLE achievements
    ADD CONSTRAINT chk_achievements_points_awarded CHECK (points_awarded >= 0);

ALTER TABLE push_notifications
    ADD CONSTRAINT chk_push_notifications_status CHECK (status IN ('pending', 'sent', 'failed', 'read'));

ALTER TABLE app_banners
    ADD CONSTRAINT chk_app_banners_link_type       CHECK (link_type IN ('product', 'category', 'url', 'xfactor', 'event')),
    ADD CONSTRAINT chk_app_banners_target_audience CHECK (target_audience IN ('all', 'bronze', 'silver', 'gold', 'platinum')),
    ADD CONSTRAINT chk_app_banners_dates           CHECK (end_date > start_date);

ALTER TABLE topup_promotions
    ADD CONSTRAINT chk_topup_promotions_promotion_type   CHECK (promotion_type IN ('percentage', 'fixed', 'tiered')),
    ADD CONSTRAINT chk_topup_promotions_bonus_percentage CHECK (bonus_percentage >= 0),
    ADD CONSTRAINT chk_topup_promotions_bonus_amount     CHECK (bonus_amount >= 0),
    ADD CONSTRAINT chk_topup_promotions_minimum_amount   CHECK (minimum_amount >= 0),
    ADD CONSTRAINT chk_topup_promotions_maximum_bonus    CHECK (maximum_bonus >= 0),
    ADD CONSTRAINT chk_topup_promotions_dates            CHECK (end_date > start_date),
    ADD CONSTRAINT chk_topup_promotions_usage_limit      CHECK (usage_limit >= 0),
    ADD CONSTRAINT chk_topup_promotions_usage_count      CHECK (usage_count >= 0);

ALTER TABLE referral_rewards
    ADD CONSTRAINT chk_referral_rewards_not_self      CHECK (referrer_id <> referred_id),
    ADD CONSTRAINT chk_referral_rewards_reward_type   CHECK (reward_type IN ('points', 'credit', 'discount')),
    ADD CONSTRAINT chk_referral_rewards_reward_amount CHECK (reward_amount >= 0),
    ADD CONSTRAINT chk_referral_rewards_status        CHECK (status IN ('pending', 'qualified', 'paid')),
    ADD CONSTRAINT chk_referral_rewards_paid_at       CHECK (paid_at >= qualified_at);
