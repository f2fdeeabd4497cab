-- A PostgreSQL of several machines, here with Citus: start one server once, so that it makes its tables; stop it; give this;
-- start all servers with --circles-apart. Every key begins with `no` (a circle) or `pub` (a publication), so each of them
-- lies on one machine whole, and no write touches two.
SELECT create_reference_table('meta');
SELECT create_distributed_table('spaces', 'no');
SELECT create_distributed_table('changesets', 'no', colocate_with => 'spaces');
SELECT create_distributed_table('envelopes', 'no', colocate_with => 'spaces');
SELECT create_distributed_table('blobs', 'no', colocate_with => 'spaces');
SELECT create_distributed_table('nonces', 'no', colocate_with => 'spaces');
SELECT create_distributed_table('publications', 'pub');
SELECT create_distributed_table('pub_entries', 'pub', colocate_with => 'publications');
SELECT create_distributed_table('letters', 'pub', colocate_with => 'publications');
