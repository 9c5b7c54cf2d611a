CREATE TABLE `addresses` (
	`key` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL
) STRICT;
