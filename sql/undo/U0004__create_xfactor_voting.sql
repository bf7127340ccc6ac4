-- Drops the tables of the X Factor show, with what they hold. Locks spree_users for a moment, to release the keys.

DROP TABLE
    sms_vote_logs,
    vote_packages,
    xfactor_votes,
    episode_contestants,
    xfactor_contestants,
    xfactor_episodes,
    xfactor_seasons;
