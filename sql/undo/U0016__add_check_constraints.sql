-- Drops the checks on the tables of Hangmeas. Reads no row.

ALTER TABLE referral_rewards
    DROP CONSTRAINT chk_referral_rewards_paid_at,
    DROP CONSTRAINT chk_referral_rewards_status,
    DROP CONSTRAINT chk_referral_rewards_reward_amount,
    DROP CONSTRAINT chk_referral_rewards_reward_type,
    DROP CONSTRAINT chk_referral_rewards_not_self;

ALTER TABLE topup_promotions
    DROP CONSTRAINT chk_topup_promotions_usage_count,
    DROP CONSTRAINT chk_topup_promotions_usage_limit,
    DROP CONSTRAINT chk_topup_promotions_dates,
    DROP CONSTRAINT chk_topup_promotions_maximum_bonus,
    DROP CONSTRAINT chk_topup_promotions_minimum_amount,
    DROP CONSTRAINT chk_topup_promotions_bonus_amount,
    DROP CONSTRAINT chk_topup_promotions_bonus_percentage,
    DROP CONSTRAINT chk_topup_promotions_promotion_type;

ALTER TABLE app_banners
    DROP CONSTRAINT chk_app_banners_dates,
    DROP CONSTRAINT chk_app_banners_target_audience,
    DROP CONSTRAINT chk_app_banners_link_type;

ALTER TABLE push_notifications
    DROP CONSTRAINT chk_push_notifications_status;

ALTER TABLE achievements
    DROP CONSTRAINT chk_achievements_points_awarded;

ALTER TABLE loyalty_activities
    DROP CONSTRAINT chk_loyalty_activities_activity_type;

ALTER TABLE event_seats
    DROP CONSTRAINT chk_event_seats_status,
    DROP CONSTRAINT chk_event_seats_seat_type;

ALTER TABLE event_organizers
    DROP CONSTRAINT chk_event_organizers_commission_rate;

ALTER TABLE artists
    DROP CONSTRAINT chk_artists_followers_count;

ALTER TABLE feature_usages
    DROP CONSTRAINT chk_feature_usages_usage_count;

ALTER TABLE subscription_invoices
    DROP CONSTRAINT chk_subscription_invoices_status,
    DROP CONSTRAINT chk_subscription_invoices_currency,
    DROP CONSTRAINT chk_subscription_invoices_amount;

ALTER TABLE user_subscriptions
    DROP CONSTRAINT chk_user_subscriptions_pause,
    DROP CONSTRAINT chk_user_subscriptions_trial,
    DROP CONSTRAINT chk_user_subscriptions_current_period,
    DROP CONSTRAINT chk_user_subscriptions_status;

ALTER TABLE subscription_plans
    DROP CONSTRAINT chk_subscription_plans_trial_days,
    DROP CONSTRAINT chk_subscription_plans_interval_count,
    DROP CONSTRAINT chk_subscription_plans_interval,
    DROP CONSTRAINT chk_subscription_plans_currency,
    DROP CONSTRAINT chk_subscription_plans_price;

ALTER TABLE wallet_transactions
    DROP CONSTRAINT chk_wallet_transactions_balance_moves,
    DROP CONSTRAINT chk_wallet_transactions_balance_after,
    DROP CONSTRAINT chk_wallet_transactions_balance_before,
    DROP CONSTRAINT chk_wallet_transactions_currency;

ALTER TABLE sms_vote_logs
    DROP CONSTRAINT chk_sms_vote_logs_status,
    DROP CONSTRAINT chk_sms_vote_logs_charge_amount,
    DROP CONSTRAINT chk_sms_vote_logs_carrier;

ALTER TABLE vote_packages
    DROP CONSTRAINT chk_vote_packages_valid_window,
    DROP CONSTRAINT chk_vote_packages_currency,
    DROP CONSTRAINT chk_vote_packages_price,
    DROP CONSTRAINT chk_vote_packages_bonus_votes,
    DROP CONSTRAINT chk_vote_packages_vote_count;

ALTER TABLE xfactor_votes
    DROP CONSTRAINT chk_xfactor_votes_expires_at,
    DROP CONSTRAINT chk_xfactor_votes_amount_paid,
    DROP CONSTRAINT chk_xfactor_votes_vote_count,
    DROP CONSTRAINT chk_xfactor_votes_vote_type;

ALTER TABLE episode_contestants
    DROP CONSTRAINT chk_episode_contestants_judges_score,
    DROP CONSTRAINT chk_episode_contestants_performance_order;

ALTER TABLE xfactor_contestants
    DROP CONSTRAINT chk_xfactor_contestants_total_votes_received,
    DROP CONSTRAINT chk_xfactor_contestants_final_rank,
    DROP CONSTRAINT chk_xfactor_contestants_age,
    DROP CONSTRAINT chk_xfactor_contestants_status;

ALTER TABLE xfactor_episodes
    DROP CONSTRAINT chk_xfactor_episodes_total_votes,
    DROP CONSTRAINT chk_xfactor_episodes_views_count,
    DROP CONSTRAINT chk_xfactor_episodes_voting_window,
    DROP CONSTRAINT chk_xfactor_episodes_status,
    DROP CONSTRAINT chk_xfactor_episodes_episode_number;

ALTER TABLE xfactor_seasons
    DROP CONSTRAINT chk_xfactor_seasons_total_revenue,
    DROP CONSTRAINT chk_xfactor_seasons_total_votes_cast,
    DROP CONSTRAINT chk_xfactor_seasons_dates,
    DROP CONSTRAINT chk_xfactor_seasons_status;
