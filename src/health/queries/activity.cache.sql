-- How often a block was in shared buffers, once enough was read for that to mean something.
SELECT 'cache' AS object, NULL AS severity,
       format('%s %% of the blocks read came from shared buffers (%s)', round(100.0 * d.blks_hit / (d.blks_hit + d.blks_read), 1),
              current_setting('shared_buffers')) AS what,
       'raise shared_buffers to about a quarter of the memory; look for large sequential scans' AS cure
  FROM pg_stat_database d
 WHERE d.datname = current_database() AND d.blks_read > {cache_blocks}
   AND d.blks_hit < {cache_hit} / 100.0 * (d.blks_hit + d.blks_read)
