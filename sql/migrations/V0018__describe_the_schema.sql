-- What every table, column, view and function of Hangmeas means, where any tool finds it: in the database itself.
--
-- Safe on a live shop: COMMENT reads no row and takes a lock that lets readers and writers through (SHARE UPDATE EXCLUSIVE).
-- Only columns that these migrations added to tables of the shop are described, so no comment of the shop is overwritten;
-- the tables of the shop come last and are held shortest.


-- The show.

COMMENT ON TABLE xfactor_seasons IS
    'A season of the X Factor show, from its first episode to the winner.';
COMMENT ON COLUMN xfactor_seasons.id               IS 'Number of the row.';
COMMENT ON COLUMN xfactor_seasons.name             IS 'Name of the season as viewers see it.';
COMMENT ON COLUMN xfactor_seasons.description      IS 'What the season is about, in free text.';
COMMENT ON COLUMN xfactor_seasons.slug             IS 'Name in web addresses; unique.';
COMMENT ON COLUMN xfactor_seasons.start_date       IS 'First day of the season.';
COMMENT ON COLUMN xfactor_seasons.end_date         IS 'Last day of the season; not before the first.';
COMMENT ON COLUMN xfactor_seasons.status           IS '0 upcoming, 1 active, 2 completed.';
COMMENT ON COLUMN xfactor_seasons.banner_url       IS 'Address of the wide picture.';
COMMENT ON COLUMN xfactor_seasons.logo_url         IS 'Address of the logo.';
COMMENT ON COLUMN xfactor_seasons.metadata         IS 'Free additions of the application.';
COMMENT ON COLUMN xfactor_seasons.total_votes_cast IS 'Votes cast in all episodes of the season; a counter kept by the application.';
COMMENT ON COLUMN xfactor_seasons.total_revenue    IS 'Money from paid votes of the season; kept by the application.';
COMMENT ON COLUMN xfactor_seasons.created_at       IS 'When the row was made, in UTC.';
COMMENT ON COLUMN xfactor_seasons.updated_at       IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE xfactor_episodes IS
    'One broadcast of a season. Votes are cast for a contestant in an episode.';
COMMENT ON COLUMN xfactor_episodes.id             IS 'Number of the row.';
COMMENT ON COLUMN xfactor_episodes.season_id      IS 'The season it belongs to.';
COMMENT ON COLUMN xfactor_episodes.title          IS 'Title as viewers see it.';
COMMENT ON COLUMN xfactor_episodes.episode_number IS 'Place in the season, from 1; unique within it.';
COMMENT ON COLUMN xfactor_episodes.description    IS 'What happens in it, in free text.';
COMMENT ON COLUMN xfactor_episodes.air_date       IS 'When it is broadcast, in UTC.';
COMMENT ON COLUMN xfactor_episodes.voting_start   IS 'When voting opens, in UTC.';
COMMENT ON COLUMN xfactor_episodes.voting_end     IS 'When voting closes, in UTC; after it opens.';
COMMENT ON COLUMN xfactor_episodes.status         IS '0 upcoming, 1 live, 2 completed.';
COMMENT ON COLUMN xfactor_episodes.video_url      IS 'Address of the recording.';
COMMENT ON COLUMN xfactor_episodes.thumbnail_url  IS 'Address of the small picture.';
COMMENT ON COLUMN xfactor_episodes.views_count    IS 'How often the recording was watched; a counter kept by the application.';
COMMENT ON COLUMN xfactor_episodes.total_votes    IS 'Votes cast in the episode; a counter kept by the application.';
COMMENT ON COLUMN xfactor_episodes.voting_results IS 'Result as announced, per contestant.';
COMMENT ON COLUMN xfactor_episodes.created_at     IS 'When the row was made, in UTC.';
COMMENT ON COLUMN xfactor_episodes.updated_at     IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE xfactor_contestants IS
    'A singer who takes part in a season.';
COMMENT ON COLUMN xfactor_contestants.id                   IS 'Number of the row.';
COMMENT ON COLUMN xfactor_contestants.season_id            IS 'The season the contestant sings in.';
COMMENT ON COLUMN xfactor_contestants.name                 IS 'Name in Latin letters; searched by its parts.';
COMMENT ON COLUMN xfactor_contestants.khmer_name           IS 'Name in Khmer.';
COMMENT ON COLUMN xfactor_contestants.stage_name           IS 'Name on stage.';
COMMENT ON COLUMN xfactor_contestants.bio                  IS 'Who the contestant is, in free text.';
COMMENT ON COLUMN xfactor_contestants.hometown             IS 'Town or village of origin.';
COMMENT ON COLUMN xfactor_contestants.province             IS 'Province of origin.';
COMMENT ON COLUMN xfactor_contestants.age                  IS 'Age in years.';
COMMENT ON COLUMN xfactor_contestants.gender               IS 'Gender as stated; no fixed list.';
COMMENT ON COLUMN xfactor_contestants.photo_url            IS 'Address of the portrait.';
COMMENT ON COLUMN xfactor_contestants.cover_photo_url      IS 'Address of the wide picture.';
COMMENT ON COLUMN xfactor_contestants.status               IS '0 active, 1 eliminated, 2 winner.';
COMMENT ON COLUMN xfactor_contestants.eliminated_date      IS 'Day on which the contestant left the show.';
COMMENT ON COLUMN xfactor_contestants.final_rank           IS 'Final place, from 1; empty while the season runs.';
COMMENT ON COLUMN xfactor_contestants.total_votes_received IS 'Votes received in all episodes; a counter kept by the application.';
COMMENT ON COLUMN xfactor_contestants.social_links         IS 'Addresses in social networks, by network.';
COMMENT ON COLUMN xfactor_contestants.achievements         IS 'Prizes and earlier successes.';
COMMENT ON COLUMN xfactor_contestants.created_at           IS 'When the row was made, in UTC.';
COMMENT ON COLUMN xfactor_contestants.updated_at           IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE episode_contestants IS
    'Who sings in which episode, what, and how the judges liked it.';
COMMENT ON COLUMN episode_contestants.id                    IS 'Number of the row.';
COMMENT ON COLUMN episode_contestants.episode_id            IS 'The episode.';
COMMENT ON COLUMN episode_contestants.contestant_id         IS 'The contestant; once per episode.';
COMMENT ON COLUMN episode_contestants.performance_order     IS 'Place in the running order, from 1.';
COMMENT ON COLUMN episode_contestants.song_performed        IS 'Title of the song.';
COMMENT ON COLUMN episode_contestants.performance_video_url IS 'Address of the recording of the performance.';
COMMENT ON COLUMN episode_contestants.judges_score          IS 'Score of the judges, 0 or more.';
COMMENT ON COLUMN episode_contestants.judges_comments       IS 'What the judges said.';
COMMENT ON COLUMN episode_contestants.eliminated            IS 'Whether the contestant left the show in this episode.';
COMMENT ON COLUMN episode_contestants.created_at            IS 'When the row was made, in UTC.';
COMMENT ON COLUMN episode_contestants.updated_at            IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE xfactor_votes IS
    'One act of voting: a user gives a contestant one or more votes in an episode.';
COMMENT ON COLUMN xfactor_votes.id             IS 'Number of the row.';
COMMENT ON COLUMN xfactor_votes.user_id        IS 'Who voted.';
COMMENT ON COLUMN xfactor_votes.contestant_id  IS 'For whom.';
COMMENT ON COLUMN xfactor_votes.episode_id     IS 'In which episode.';
COMMENT ON COLUMN xfactor_votes.vote_type      IS 'How: free, paid, sms or bundle (from a vote package).';
COMMENT ON COLUMN xfactor_votes.vote_count     IS 'How many votes this act counts for, 1 or more.';
COMMENT ON COLUMN xfactor_votes.amount_paid    IS 'What was paid; empty for a free vote.';
COMMENT ON COLUMN xfactor_votes.payment_method IS 'How it was paid.';
COMMENT ON COLUMN xfactor_votes.transaction_id IS 'Number of the payment at the payment provider.';
COMMENT ON COLUMN xfactor_votes.ip_address     IS 'Address from which the vote came.';
COMMENT ON COLUMN xfactor_votes.user_agent     IS 'Application or browser from which the vote came.';
COMMENT ON COLUMN xfactor_votes.metadata       IS 'Device, place and the like.';
COMMENT ON COLUMN xfactor_votes.expires_at     IS 'When a time-limited vote stops counting, in UTC; empty for ever.';
COMMENT ON COLUMN xfactor_votes.created_at     IS 'When the row was made, in UTC.';
COMMENT ON COLUMN xfactor_votes.updated_at     IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE vote_packages IS
    'A bundle of votes for sale.';
COMMENT ON COLUMN vote_packages.id           IS 'Number of the row.';
COMMENT ON COLUMN vote_packages.name         IS 'Name as buyers see it.';
COMMENT ON COLUMN vote_packages.sku          IS 'Stock keeping unit; unique.';
COMMENT ON COLUMN vote_packages.vote_count   IS 'Votes in the bundle, 1 or more.';
COMMENT ON COLUMN vote_packages.bonus_votes  IS 'Votes given on top.';
COMMENT ON COLUMN vote_packages.price        IS 'Price, in the currency beside it.';
COMMENT ON COLUMN vote_packages.currency     IS 'Currency of the price, three capital letters of ISO 4217.';
COMMENT ON COLUMN vote_packages.active       IS 'Whether it is for sale.';
COMMENT ON COLUMN vote_packages.sort_order   IS 'Place in lists, small first.';
COMMENT ON COLUMN vote_packages.badge_text   IS 'Text of the badge, such as BEST VALUE.';
COMMENT ON COLUMN vote_packages.restrictions IS 'Rules such as least purchase and most per user.';
COMMENT ON COLUMN vote_packages.valid_from   IS 'Start of sale, in UTC; empty for no limit.';
COMMENT ON COLUMN vote_packages.valid_until  IS 'End of sale, in UTC; empty for no limit.';
COMMENT ON COLUMN vote_packages.created_at   IS 'When the row was made, in UTC.';
COMMENT ON COLUMN vote_packages.updated_at   IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE sms_vote_logs IS
    'Votes by text message as the carriers report them, to reconcile with the carriers'' bills.';
COMMENT ON COLUMN sms_vote_logs.id                 IS 'Number of the row.';
COMMENT ON COLUMN sms_vote_logs.user_id            IS 'The user with that phone number, where there is one.';
COMMENT ON COLUMN sms_vote_logs.vote_id            IS 'The vote it became, once confirmed.';
COMMENT ON COLUMN sms_vote_logs.phone_number       IS 'Number of the sender.';
COMMENT ON COLUMN sms_vote_logs.carrier            IS 'smart, cellcard or metfone.';
COMMENT ON COLUMN sms_vote_logs.short_code         IS 'Number the message was sent to.';
COMMENT ON COLUMN sms_vote_logs.message_content    IS 'Text of the message.';
COMMENT ON COLUMN sms_vote_logs.carrier_message_id IS 'The carrier''s own number of the message.';
COMMENT ON COLUMN sms_vote_logs.charge_amount      IS 'What the carrier charged.';
COMMENT ON COLUMN sms_vote_logs.status             IS 'pending, confirmed or failed.';
COMMENT ON COLUMN sms_vote_logs.confirmed_at       IS 'When the carrier confirmed the charge, in UTC.';
COMMENT ON COLUMN sms_vote_logs.created_at         IS 'When the row was made, in UTC.';
COMMENT ON COLUMN sms_vote_logs.updated_at         IS 'When the row was last changed, in UTC.';


-- The wallet.

COMMENT ON TABLE wallet_transactions IS
    'The ledger of users'' wallets: every movement, with the balance before and after it.';
COMMENT ON COLUMN wallet_transactions.id               IS 'Number of the row.';
COMMENT ON COLUMN wallet_transactions.user_id          IS 'Whose wallet.';
COMMENT ON COLUMN wallet_transactions.store_credit_id  IS 'The store credit that the movement used or made, if any.';
COMMENT ON COLUMN wallet_transactions.transaction_type IS 'Kind of movement, such as topup, purchase, transfer or refund; no fixed list.';
COMMENT ON COLUMN wallet_transactions.amount           IS 'What moved, signed: positive into the wallet, negative out of it.';
COMMENT ON COLUMN wallet_transactions.currency         IS 'Currency, three capital letters of ISO 4217.';
COMMENT ON COLUMN wallet_transactions.balance_before   IS 'Balance in that currency before the movement.';
COMMENT ON COLUMN wallet_transactions.balance_after    IS 'Balance after it: of a completed movement, the one before plus the amount.';
COMMENT ON COLUMN wallet_transactions.status           IS 'State of the movement, such as completed; no fixed list.';
COMMENT ON COLUMN wallet_transactions.reference_type   IS 'Kind of record that caused it; with reference_id a polymorphic reference of Rails.';
COMMENT ON COLUMN wallet_transactions.reference_id     IS 'Number of the record that caused it.';
COMMENT ON COLUMN wallet_transactions.notes            IS 'Remarks, in free text.';
COMMENT ON COLUMN wallet_transactions.metadata         IS 'Free additions of the application.';
COMMENT ON COLUMN wallet_transactions.created_at       IS 'When the row was made, in UTC.';
COMMENT ON COLUMN wallet_transactions.updated_at       IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE user_payment_methods IS
    'Ways of paying that a user has saved.';
COMMENT ON COLUMN user_payment_methods.id                 IS 'Number of the row.';
COMMENT ON COLUMN user_payment_methods.user_id            IS 'Whose.';
COMMENT ON COLUMN user_payment_methods.payment_type       IS 'Kind, such as aba_pay, wing or card; no fixed list.';
COMMENT ON COLUMN user_payment_methods.account_identifier IS 'What the user recognises it by: last four digits, phone number.';
COMMENT ON COLUMN user_payment_methods.account_name       IS 'Name on the account.';
COMMENT ON COLUMN user_payment_methods.encrypted_data     IS 'Sensitive details, encrypted by the application.';
COMMENT ON COLUMN user_payment_methods."default"          IS 'Whether it is offered first.';
COMMENT ON COLUMN user_payment_methods.active             IS 'Whether it may be used.';
COMMENT ON COLUMN user_payment_methods.verified_at        IS 'When it was proved to work, in UTC.';
COMMENT ON COLUMN user_payment_methods.created_at         IS 'When the row was made, in UTC.';
COMMENT ON COLUMN user_payment_methods.updated_at         IS 'When the row was last changed, in UTC.';


-- Subscriptions.

COMMENT ON TABLE subscription_plans IS
    'A subscription for sale: price, period and what it includes.';
COMMENT ON COLUMN subscription_plans.id             IS 'Number of the row.';
COMMENT ON COLUMN subscription_plans.name           IS 'Name as buyers see it.';
COMMENT ON COLUMN subscription_plans.slug           IS 'Name in web addresses; unique.';
COMMENT ON COLUMN subscription_plans.description    IS 'What it offers, in free text.';
COMMENT ON COLUMN subscription_plans.price          IS 'Price of one period, in the currency beside it.';
COMMENT ON COLUMN subscription_plans.currency       IS 'Currency of the price, three capital letters of ISO 4217.';
COMMENT ON COLUMN subscription_plans."interval"     IS 'Unit of the period: day, week, month or year.';
COMMENT ON COLUMN subscription_plans.interval_count IS 'How many units make a period, 1 or more.';
COMMENT ON COLUMN subscription_plans.trial_days     IS 'Days free of charge at the start.';
COMMENT ON COLUMN subscription_plans.features       IS 'What is included, by feature, with its limit.';
COMMENT ON COLUMN subscription_plans.metadata       IS 'Free additions of the application.';
COMMENT ON COLUMN subscription_plans.active         IS 'Whether it is for sale.';
COMMENT ON COLUMN subscription_plans.sort_order     IS 'Place in lists, small first.';
COMMENT ON COLUMN subscription_plans.badge_text     IS 'Text of the badge.';
COMMENT ON COLUMN subscription_plans.recommended    IS 'Whether it is shown as the recommended one.';
COMMENT ON COLUMN subscription_plans.created_at     IS 'When the row was made, in UTC.';
COMMENT ON COLUMN subscription_plans.updated_at     IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE user_subscriptions IS
    'Which user has, or had, which plan.';
COMMENT ON COLUMN user_subscriptions.id                     IS 'Number of the row.';
COMMENT ON COLUMN user_subscriptions.user_id                IS 'The subscriber.';
COMMENT ON COLUMN user_subscriptions.plan_id                IS 'The plan.';
COMMENT ON COLUMN user_subscriptions.status                 IS 'trial, active, cancelled, expired or paused.';
COMMENT ON COLUMN user_subscriptions.current_period_start   IS 'Start of the period paid for, in UTC.';
COMMENT ON COLUMN user_subscriptions.current_period_end     IS 'End of the period paid for, in UTC; then it renews or expires.';
COMMENT ON COLUMN user_subscriptions.trial_start            IS 'Start of the trial, in UTC.';
COMMENT ON COLUMN user_subscriptions.trial_end              IS 'End of the trial, in UTC.';
COMMENT ON COLUMN user_subscriptions.cancelled_at           IS 'When it was cancelled, in UTC.';
COMMENT ON COLUMN user_subscriptions.pause_start            IS 'Start of the pause, in UTC.';
COMMENT ON COLUMN user_subscriptions.pause_end              IS 'End of the pause, in UTC.';
COMMENT ON COLUMN user_subscriptions.cancellation_reason    IS 'Why it was cancelled, as the user said.';
COMMENT ON COLUMN user_subscriptions.payment_method         IS 'How it is paid.';
COMMENT ON COLUMN user_subscriptions.stripe_subscription_id IS 'Number of the subscription at Stripe, where Stripe collects.';
COMMENT ON COLUMN user_subscriptions.metadata               IS 'Free additions of the application.';
COMMENT ON COLUMN user_subscriptions.created_at             IS 'When the row was made, in UTC.';
COMMENT ON COLUMN user_subscriptions.updated_at             IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE subscription_invoices IS
    'One bill for one period of a subscription.';
COMMENT ON COLUMN subscription_invoices.id              IS 'Number of the row.';
COMMENT ON COLUMN subscription_invoices.user_id         IS 'Who pays.';
COMMENT ON COLUMN subscription_invoices.subscription_id IS 'For which subscription.';
COMMENT ON COLUMN subscription_invoices.number          IS 'Number of the invoice as printed; unique.';
COMMENT ON COLUMN subscription_invoices.amount          IS 'Amount, in the currency beside it.';
COMMENT ON COLUMN subscription_invoices.currency        IS 'Currency, three capital letters of ISO 4217.';
COMMENT ON COLUMN subscription_invoices.status          IS 'pending, paid, failed or refunded.';
COMMENT ON COLUMN subscription_invoices.due_date        IS 'When it is due, in UTC.';
COMMENT ON COLUMN subscription_invoices.paid_at         IS 'When it was paid, in UTC.';
COMMENT ON COLUMN subscription_invoices.payment_method  IS 'How it was paid.';
COMMENT ON COLUMN subscription_invoices.transaction_id  IS 'Number of the payment at the payment provider.';
COMMENT ON COLUMN subscription_invoices.failure_reason  IS 'Why the payment failed.';
COMMENT ON COLUMN subscription_invoices.line_items      IS 'Lines of the invoice, a list.';
COMMENT ON COLUMN subscription_invoices.created_at      IS 'When the row was made, in UTC.';
COMMENT ON COLUMN subscription_invoices.updated_at      IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE feature_usages IS
    'How often a user used a feature on a day, to hold usage to the limits of the plan.';
COMMENT ON COLUMN feature_usages.id              IS 'Number of the row.';
COMMENT ON COLUMN feature_usages.user_id         IS 'Who.';
COMMENT ON COLUMN feature_usages.subscription_id IS 'Under which subscription; empty for use without one.';
COMMENT ON COLUMN feature_usages.feature_name    IS 'Name of the feature, as in the plan''s features.';
COMMENT ON COLUMN feature_usages.usage_count     IS 'How often on that day.';
COMMENT ON COLUMN feature_usages.usage_date      IS 'The day; one row per user, feature and day.';
COMMENT ON COLUMN feature_usages.metadata        IS 'Free additions of the application.';
COMMENT ON COLUMN feature_usages.created_at      IS 'When the row was made, in UTC.';
COMMENT ON COLUMN feature_usages.updated_at      IS 'When the row was last changed, in UTC.';


-- Events.

COMMENT ON TABLE artists IS
    'A performer of events.';
COMMENT ON COLUMN artists.id              IS 'Number of the row.';
COMMENT ON COLUMN artists.name            IS 'Name in Latin letters; searched by its parts.';
COMMENT ON COLUMN artists.khmer_name      IS 'Name in Khmer.';
COMMENT ON COLUMN artists.bio             IS 'Who the artist is, in free text.';
COMMENT ON COLUMN artists.genre           IS 'Kind of music.';
COMMENT ON COLUMN artists.country         IS 'Country of origin.';
COMMENT ON COLUMN artists.photo_url       IS 'Address of the portrait.';
COMMENT ON COLUMN artists.cover_photo_url IS 'Address of the wide picture.';
COMMENT ON COLUMN artists.social_links    IS 'Addresses in social networks, by network.';
COMMENT ON COLUMN artists.followers_count IS 'Followers in the app; a counter kept by the application.';
COMMENT ON COLUMN artists.verified        IS 'Whether Hangmeas has proved who it is.';
COMMENT ON COLUMN artists.created_at      IS 'When the row was made, in UTC.';
COMMENT ON COLUMN artists.updated_at      IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE event_organizers IS
    'A company that holds events and gets the takings less a commission.';
COMMENT ON COLUMN event_organizers.id              IS 'Number of the row.';
COMMENT ON COLUMN event_organizers.name            IS 'Name as buyers see it.';
COMMENT ON COLUMN event_organizers.company_name    IS 'Registered name.';
COMMENT ON COLUMN event_organizers.description     IS 'Who they are, in free text.';
COMMENT ON COLUMN event_organizers.contact_email   IS 'Address for mail.';
COMMENT ON COLUMN event_organizers.contact_phone   IS 'Phone number.';
COMMENT ON COLUMN event_organizers.logo_url        IS 'Address of the logo.';
COMMENT ON COLUMN event_organizers.verified        IS 'Whether Hangmeas has proved who they are.';
COMMENT ON COLUMN event_organizers.commission_rate IS 'What Hangmeas keeps of the takings, in percent from 0 to 100.';
COMMENT ON COLUMN event_organizers.bank_details    IS 'Account for payouts.';
COMMENT ON COLUMN event_organizers.created_at      IS 'When the row was made, in UTC.';
COMMENT ON COLUMN event_organizers.updated_at      IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE event_seats IS
    'A seat of an event, or a place in a standing area. An event is a product of the shop.';
COMMENT ON COLUMN event_seats.id             IS 'Number of the row.';
COMMENT ON COLUMN event_seats.product_id     IS 'The event.';
COMMENT ON COLUMN event_seats."section"      IS 'Section of the hall.';
COMMENT ON COLUMN event_seats."row"          IS 'Row within the section; empty where there are none.';
COMMENT ON COLUMN event_seats.seat_number    IS 'Seat within the row; empty where there are none.';
COMMENT ON COLUMN event_seats.seat_type      IS 'vip, standard or premium.';
COMMENT ON COLUMN event_seats.price_modifier IS 'What is added to the event''s price for this seat; may be negative.';
COMMENT ON COLUMN event_seats.status         IS 'available, reserved, sold or blocked.';
COMMENT ON COLUMN event_seats.line_item_id   IS 'The line of the order that holds or bought it.';
COMMENT ON COLUMN event_seats.reserved_until IS 'When a reservation lapses, in UTC.';
COMMENT ON COLUMN event_seats.metadata       IS 'Free additions of the application.';
COMMENT ON COLUMN event_seats.created_at     IS 'When the row was made, in UTC.';
COMMENT ON COLUMN event_seats.updated_at     IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE event_checkins IS
    'A ticket, and when its holder came through the gate.';
COMMENT ON COLUMN event_checkins.id            IS 'Number of the row.';
COMMENT ON COLUMN event_checkins.order_id      IS 'The order the ticket was bought with.';
COMMENT ON COLUMN event_checkins.line_item_id  IS 'The line of that order.';
COMMENT ON COLUMN event_checkins.product_id    IS 'The event.';
COMMENT ON COLUMN event_checkins.user_id       IS 'The holder, where known.';
COMMENT ON COLUMN event_checkins.ticket_code   IS 'Code on the ticket, as scanned; unique.';
COMMENT ON COLUMN event_checkins.checked_in_at IS 'When the holder came in, in UTC; empty until then.';
COMMENT ON COLUMN event_checkins.checked_in_by IS 'Who let the holder in.';
COMMENT ON COLUMN event_checkins.gate          IS 'At which gate.';
COMMENT ON COLUMN event_checkins.metadata      IS 'Free additions of the application.';
COMMENT ON COLUMN event_checkins.created_at    IS 'When the row was made, in UTC.';
COMMENT ON COLUMN event_checkins.updated_at    IS 'When the row was last changed, in UTC.';


-- Loyalty, messages and promotions.

COMMENT ON TABLE loyalty_activities IS
    'The ledger of loyalty points: every gain and loss.';
COMMENT ON COLUMN loyalty_activities.id             IS 'Number of the row.';
COMMENT ON COLUMN loyalty_activities.user_id        IS 'Whose points.';
COMMENT ON COLUMN loyalty_activities.points         IS 'How many: positive for a gain, negative for a loss.';
COMMENT ON COLUMN loyalty_activities.activity_type  IS 'earn, redeem, expire or adjust.';
COMMENT ON COLUMN loyalty_activities.reason         IS 'Why, in words.';
COMMENT ON COLUMN loyalty_activities.reference_type IS 'Kind of record that caused it; with reference_id a polymorphic reference of Rails.';
COMMENT ON COLUMN loyalty_activities.reference_id   IS 'Number of the record that caused it.';
COMMENT ON COLUMN loyalty_activities.metadata       IS 'Free additions of the application.';
COMMENT ON COLUMN loyalty_activities.created_at     IS 'When the row was made, in UTC.';
COMMENT ON COLUMN loyalty_activities.updated_at     IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE achievements IS
    'A badge that a user has earned.';
COMMENT ON COLUMN achievements.id             IS 'Number of the row.';
COMMENT ON COLUMN achievements.user_id        IS 'Who earned it.';
COMMENT ON COLUMN achievements.code           IS 'Name of the badge in programs; once per user.';
COMMENT ON COLUMN achievements.name           IS 'Name as users see it.';
COMMENT ON COLUMN achievements.description    IS 'What it is given for.';
COMMENT ON COLUMN achievements.points_awarded IS 'Loyalty points given with it.';
COMMENT ON COLUMN achievements.achieved_at    IS 'When it was earned, in UTC.';
COMMENT ON COLUMN achievements.metadata       IS 'Free additions of the application.';
COMMENT ON COLUMN achievements.created_at     IS 'When the row was made, in UTC.';
COMMENT ON COLUMN achievements.updated_at     IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE push_notifications IS
    'A message to the phone of a user, or of everybody.';
COMMENT ON COLUMN push_notifications.id                IS 'Number of the row.';
COMMENT ON COLUMN push_notifications.user_id           IS 'To whom; empty for everybody.';
COMMENT ON COLUMN push_notifications.title             IS 'Title.';
COMMENT ON COLUMN push_notifications.body              IS 'Text.';
COMMENT ON COLUMN push_notifications.notification_type IS 'Kind, such as order or vote; no fixed list.';
COMMENT ON COLUMN push_notifications.data              IS 'What the app needs to open the right page.';
COMMENT ON COLUMN push_notifications.status            IS 'pending, sent, failed or read.';
COMMENT ON COLUMN push_notifications.sent_at           IS 'When it was sent, in UTC.';
COMMENT ON COLUMN push_notifications.read_at           IS 'When it was read, in UTC.';
COMMENT ON COLUMN push_notifications.failure_reason    IS 'Why sending failed.';
COMMENT ON COLUMN push_notifications.created_at        IS 'When the row was made, in UTC.';
COMMENT ON COLUMN push_notifications.updated_at        IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE app_banners IS
    'A picture on the first page of the app, with where it leads.';
COMMENT ON COLUMN app_banners.id              IS 'Number of the row.';
COMMENT ON COLUMN app_banners.title           IS 'Title.';
COMMENT ON COLUMN app_banners.description     IS 'Text below the title.';
COMMENT ON COLUMN app_banners.image_url       IS 'Address of the picture.';
COMMENT ON COLUMN app_banners.link_type       IS 'What it leads to: product, category, url, xfactor or event.';
COMMENT ON COLUMN app_banners.link_value      IS 'Which one: a number, a slug or an address.';
COMMENT ON COLUMN app_banners."position"      IS 'Place in the row, small first.';
COMMENT ON COLUMN app_banners.active          IS 'Whether it is shown.';
COMMENT ON COLUMN app_banners.start_date      IS 'Shown from, in UTC; empty for no limit.';
COMMENT ON COLUMN app_banners.end_date        IS 'Shown until, in UTC; empty for no limit.';
COMMENT ON COLUMN app_banners.target_audience IS 'Who sees it: all, or one loyalty tier (bronze, silver, gold, platinum).';
COMMENT ON COLUMN app_banners.metadata        IS 'Free additions of the application.';
COMMENT ON COLUMN app_banners.created_at      IS 'When the row was made, in UTC.';
COMMENT ON COLUMN app_banners.updated_at      IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE topup_promotions IS
    'A bonus for those who top up their wallet.';
COMMENT ON COLUMN topup_promotions.id               IS 'Number of the row.';
COMMENT ON COLUMN topup_promotions.name             IS 'Name as users see it.';
COMMENT ON COLUMN topup_promotions.description      IS 'Conditions, in free text.';
COMMENT ON COLUMN topup_promotions.promotion_type   IS 'percentage, fixed or tiered.';
COMMENT ON COLUMN topup_promotions.bonus_percentage IS 'Bonus in percent of the top-up; may exceed 100.';
COMMENT ON COLUMN topup_promotions.bonus_amount     IS 'Bonus as a fixed amount.';
COMMENT ON COLUMN topup_promotions.minimum_amount   IS 'Least top-up that counts.';
COMMENT ON COLUMN topup_promotions.maximum_bonus    IS 'Most that one top-up can bring.';
COMMENT ON COLUMN topup_promotions.payment_methods  IS 'Ways of paying that count.';
COMMENT ON COLUMN topup_promotions.active           IS 'Whether it is offered.';
COMMENT ON COLUMN topup_promotions.start_date       IS 'Offered from, in UTC; empty for no limit.';
COMMENT ON COLUMN topup_promotions.end_date         IS 'Offered until, in UTC; empty for no limit.';
COMMENT ON COLUMN topup_promotions.usage_limit      IS 'How often it may be used in all; empty for no limit.';
COMMENT ON COLUMN topup_promotions.usage_count      IS 'How often it was used; a counter kept by the application.';
COMMENT ON COLUMN topup_promotions.tiers            IS 'Bonus by size of the top-up, for the tiered kind.';
COMMENT ON COLUMN topup_promotions.created_at       IS 'When the row was made, in UTC.';
COMMENT ON COLUMN topup_promotions.updated_at       IS 'When the row was last changed, in UTC.';

COMMENT ON TABLE referral_rewards IS
    'What a user gets for having brought another.';
COMMENT ON COLUMN referral_rewards.id                  IS 'Number of the row.';
COMMENT ON COLUMN referral_rewards.referrer_id         IS 'Who brought the other, and gets the reward.';
COMMENT ON COLUMN referral_rewards.referred_id         IS 'Who was brought; never the same user.';
COMMENT ON COLUMN referral_rewards.reward_type         IS 'points, credit or discount.';
COMMENT ON COLUMN referral_rewards.reward_amount       IS 'How much, in points, money or percent as the type says.';
COMMENT ON COLUMN referral_rewards.status              IS 'pending, qualified or paid.';
COMMENT ON COLUMN referral_rewards.qualified_at        IS 'When the conditions were met, in UTC.';
COMMENT ON COLUMN referral_rewards.paid_at             IS 'When it was paid, in UTC; not before.';
COMMENT ON COLUMN referral_rewards.qualifying_criteria IS 'Conditions to be met.';
COMMENT ON COLUMN referral_rewards.created_at          IS 'When the row was made, in UTC.';
COMMENT ON COLUMN referral_rewards.updated_at          IS 'When the row was last changed, in UTC.';


-- Views.

COMMENT ON VIEW user_wallet_balances IS
    'What a user can spend, per currency: the rest of all store credits that are neither deleted nor expired. Only balances above zero.';
COMMENT ON COLUMN user_wallet_balances.user_id             IS 'Whose.';
COMMENT ON COLUMN user_wallet_balances.currency            IS 'Currency, ISO 4217.';
COMMENT ON COLUMN user_wallet_balances.balance             IS 'Amount less what is used and authorised.';
COMMENT ON COLUMN user_wallet_balances.transaction_count   IS 'Number of credits behind the balance.';
COMMENT ON COLUMN user_wallet_balances.last_transaction_at IS 'When the newest of them was made, in UTC.';

COMMENT ON VIEW voting_statistics IS
    'Votes per contestant and episode. A contestant without votes has one row without an episode.';
COMMENT ON COLUMN voting_statistics.contestant_id   IS 'The contestant.';
COMMENT ON COLUMN voting_statistics.contestant_name IS 'The contestant''s name.';
COMMENT ON COLUMN voting_statistics.episode_id      IS 'The episode.';
COMMENT ON COLUMN voting_statistics.episode_number  IS 'Place of the episode in its season.';
COMMENT ON COLUMN voting_statistics.unique_voters   IS 'How many users voted.';
COMMENT ON COLUMN voting_statistics.total_votes     IS 'All votes.';
COMMENT ON COLUMN voting_statistics.free_votes      IS 'Votes of type free.';
COMMENT ON COLUMN voting_statistics.paid_votes      IS 'Votes of type paid.';
COMMENT ON COLUMN voting_statistics.sms_votes       IS 'Votes of type sms.';

COMMENT ON MATERIALIZED VIEW user_analytics IS
    'One row per user for reports. As fresh as the last REFRESH MATERIALIZED VIEW CONCURRENTLY user_analytics.';
COMMENT ON COLUMN user_analytics.id                  IS 'The user.';
COMMENT ON COLUMN user_analytics.email               IS 'Address for mail.';
COMMENT ON COLUMN user_analytics.phone_number        IS 'Phone number.';
COMMENT ON COLUMN user_analytics.loyalty_tier        IS 'bronze, silver, gold or platinum.';
COMMENT ON COLUMN user_analytics.loyalty_points      IS 'Points now.';
COMMENT ON COLUMN user_analytics.total_spent         IS 'Money spent, as the user record counts it.';
COMMENT ON COLUMN user_analytics.order_count         IS 'Complete orders.';
COMMENT ON COLUMN user_analytics.vote_count          IS 'Acts of voting.';
COMMENT ON COLUMN user_analytics.total_votes_cast    IS 'Votes cast; empty for a user who never voted.';
COMMENT ON COLUMN user_analytics.wallet_transactions IS 'Store credits the user has had.';
COMMENT ON COLUMN user_analytics.member_since        IS 'When the user signed up, in UTC.';
COMMENT ON COLUMN user_analytics.last_active_at      IS 'When the user was last seen in the app, in UTC.';


-- Functions, and what the migrations themselves keep.

COMMENT ON FUNCTION calculate_user_ltv(bigint) IS
    'What a user has paid so far: complete orders, paid invoices of subscriptions, paid votes, and their sum. One row always; zeros for an unknown user.';
COMMENT ON FUNCTION hangmeas.views_over(regclass, text[]) IS
    'The views and rules that read any of these columns, directly or through other views, with their depth. For migrations.';
COMMENT ON FUNCTION hangmeas.readers_not_kept(regclass, text[]) IS
    'Why readers of these columns cannot be dropped and made again without loss, one line each. For migrations.';
COMMENT ON FUNCTION hangmeas.set_column_types(regclass, jsonb) IS
    'Gives columns other types; views over them are dropped and made again. For migrations.';
COMMENT ON FUNCTION hangmeas.widen_money(integer, regclass, text[]) IS
    'Makes room for ten digits before the point and writes down the former types. For migrations.';
COMMENT ON FUNCTION hangmeas.restore_column_types(integer, regclass) IS
    'Gives columns the types back that widen_money wrote down. For undo.';

COMMENT ON TABLE hangmeas.created_object IS
    'What migrations created or changed only because it was not there, so that undo takes away no more than that.';
COMMENT ON COLUMN hangmeas.created_object.version IS 'The migration.';
COMMENT ON COLUMN hangmeas.created_object.kind    IS 'table, extension or column_type.';
COMMENT ON COLUMN hangmeas.created_object.name    IS 'The table, the extension, or table.column.';
COMMENT ON COLUMN hangmeas.created_object.detail  IS 'For column_type: table, column and the former type.';


-- Columns added to tables of the shop.

COMMENT ON COLUMN spree_users.phone_number             IS 'Phone number; unique.';
COMMENT ON COLUMN spree_users.khmer_name               IS 'Name in Khmer; searched by its parts.';
COMMENT ON COLUMN spree_users.date_of_birth            IS 'Date of birth.';
COMMENT ON COLUMN spree_users.gender                   IS 'Gender as stated; no fixed list.';
COMMENT ON COLUMN spree_users.province                 IS 'Province of the address.';
COMMENT ON COLUMN spree_users.district                 IS 'District of the address.';
COMMENT ON COLUMN spree_users.commune                  IS 'Commune of the address.';
COMMENT ON COLUMN spree_users.village                  IS 'Village of the address.';
COMMENT ON COLUMN spree_users.loyalty_tier             IS 'bronze, silver, gold or platinum.';
COMMENT ON COLUMN spree_users.loyalty_points           IS 'Points now: the sum of loyalty_activities.';
COMMENT ON COLUMN spree_users.total_spent              IS 'Money spent so far; kept by the application.';
COMMENT ON COLUMN spree_users.total_saved              IS 'Money saved by discounts; kept by the application.';
COMMENT ON COLUMN spree_users.total_votes_cast         IS 'Votes cast so far; a counter kept by the application.';
COMMENT ON COLUMN spree_users.referral_code            IS 'Code the user gives to friends; unique.';
COMMENT ON COLUMN spree_users.referred_by_id           IS 'Who brought this user; never the user itself.';
COMMENT ON COLUMN spree_users.referral_count           IS 'How many users this one brought; a counter kept by the application.';
COMMENT ON COLUMN spree_users.language_preference      IS 'Language of the app, such as en or km.';
COMMENT ON COLUMN spree_users.notification_preferences IS 'Which messages the user wants, by channel and kind.';
COMMENT ON COLUMN spree_users.marketing_consent        IS 'Whether the user agreed to advertising.';
COMMENT ON COLUMN spree_users.sms_consent              IS 'Whether the user agreed to text messages.';
COMMENT ON COLUMN spree_users.push_token               IS 'Address of the phone at the push service.';
COMMENT ON COLUMN spree_users.device_type              IS 'ios or android.';
COMMENT ON COLUMN spree_users.app_version              IS 'Version of the app last used.';
COMMENT ON COLUMN spree_users.last_active_at           IS 'When the user was last seen in the app, in UTC.';
COMMENT ON COLUMN spree_users.kyc_status               IS 'State of the identity check (know your customer), such as pending or verified; no fixed list.';
COMMENT ON COLUMN spree_users.verification_level       IS 'How far the identity is proved, such as basic or full; no fixed list.';
COMMENT ON COLUMN spree_users.id_card_number           IS 'Number of the identity card.';
COMMENT ON COLUMN spree_users.id_card_verified_at      IS 'When the identity card was checked, in UTC.';
COMMENT ON COLUMN spree_users.phone_verified_at        IS 'When the phone number was proved, in UTC.';
COMMENT ON COLUMN spree_users.two_factor_enabled       IS 'Whether log-in needs a second factor.';
COMMENT ON COLUMN spree_users.pin_code                 IS 'PIN for quick access, encrypted by the application.';
COMMENT ON COLUMN spree_users.account_status           IS 'State of the account, such as active or suspended; no fixed list.';
COMMENT ON COLUMN spree_users.suspended_at             IS 'When the account was suspended, in UTC.';
COMMENT ON COLUMN spree_users.suspension_reason        IS 'Why it was suspended.';

COMMENT ON COLUMN spree_store_credits.transaction_type IS 'Kind of movement, such as topup, bonus, transfer or refund; no fixed list.';
COMMENT ON COLUMN spree_store_credits.source_type      IS 'Where the credit came from, such as seed or a payment provider; no fixed list.';
COMMENT ON COLUMN spree_store_credits.source_id        IS 'Number of it there.';
COMMENT ON COLUMN spree_store_credits.recipient_id     IS 'Who received it, of a transfer.';
COMMENT ON COLUMN spree_store_credits.sender_id        IS 'Who sent it, of a transfer.';
COMMENT ON COLUMN spree_store_credits.reference_number IS 'Number for people and support; unique.';
COMMENT ON COLUMN spree_store_credits.metadata         IS 'Free additions of the application.';
COMMENT ON COLUMN spree_store_credits.expires_at       IS 'When it can no longer be spent, in UTC; empty for never.';
COMMENT ON COLUMN spree_store_credits.expired          IS 'Whether it was closed because its time ran out.';

COMMENT ON COLUMN spree_products.product_type       IS 'Kind of product, such as physical or event; no fixed list.';
COMMENT ON COLUMN spree_products.event_type         IS 'Kind of event: concert, xfactor, show or movie; empty for other products.';
COMMENT ON COLUMN spree_products.event_date         IS 'When it begins, in UTC.';
COMMENT ON COLUMN spree_products.event_end_date     IS 'When it ends, in UTC; after it begins.';
COMMENT ON COLUMN spree_products.venue_name         IS 'Name of the venue.';
COMMENT ON COLUMN spree_products.venue_address      IS 'Address of the venue.';
COMMENT ON COLUMN spree_products.venue_latitude     IS 'Latitude of the venue, in degrees north.';
COMMENT ON COLUMN spree_products.venue_longitude    IS 'Longitude of the venue, in degrees east.';
COMMENT ON COLUMN spree_products.venue_capacity     IS 'How many people the venue holds.';
COMMENT ON COLUMN spree_products.tickets_sold       IS 'Tickets sold; a counter kept by the application.';
COMMENT ON COLUMN spree_products.sale_start_date    IS 'When sale opens, in UTC.';
COMMENT ON COLUMN spree_products.sale_end_date      IS 'When sale closes, in UTC; after it opens.';
COMMENT ON COLUMN spree_products.artist_id          IS 'Who performs.';
COMMENT ON COLUMN spree_products.organizer_id       IS 'Who holds the event.';
COMMENT ON COLUMN spree_products.seating_chart_data IS 'Drawing of the hall for choosing seats.';
COMMENT ON COLUMN spree_products.is_digital_event   IS 'Whether it is watched on line.';
COMMENT ON COLUMN spree_products.stream_url         IS 'Address of the stream, of an event on line.';
COMMENT ON COLUMN spree_products.age_restriction    IS 'Least age of visitors, in years; empty for none.';
COMMENT ON COLUMN spree_products.event_status       IS 'State of the event, such as scheduled, cancelled or completed; no fixed list.';
