CREATE TABLE `local_marks` (
	`key` text PRIMARY KEY NOT NULL,
	`up_to` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `local_messages` (
	`id` integer PRIMARY KEY NOT NULL,
	`body` text NOT NULL
) STRICT;
