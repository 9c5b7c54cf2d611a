CREATE TABLE `__new_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`requester` text NOT NULL,
	`role` text NOT NULL,
	`asked_at` integer NOT NULL,
	`body` text NOT NULL,
	CONSTRAINT "requests_status" CHECK("__new_requests"."status" in ('pending', 'scheduled', 'activating', 'active', 'revoking', 'ended', 'returned', 'revoked', 'activation-failed', 'denied', 'withdrawn', 'expired', 'cancelled'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_requests`("id", "status", "requester", "role", "asked_at", "body") SELECT "id", "status", "requester", "role", "asked_at", "body" FROM `requests`;--> statement-breakpoint
-- Copies refer to requests, and a migration is one transaction, in which that cannot be switched off.
CREATE TABLE `__new_copies` (
	`id` text PRIMARY KEY NOT NULL,
	`request` text NOT NULL,
	`platform` text NOT NULL,
	`where` text,
	`principal` text,
	`ref` text,
	`drawn_version` integer NOT NULL,
	`told_seq` integer NOT NULL,
	`undeliverable` integer NOT NULL,
	`lagging` integer NOT NULL,
	FOREIGN KEY (`request`) REFERENCES `__new_requests`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_copies`("id", "request", "platform", "where", "principal", "ref", "drawn_version", "told_seq", "undeliverable", "lagging") SELECT "id", "request", "platform", "where", "principal", "ref", "drawn_version", "told_seq", "undeliverable", "lagging" FROM `copies`;--> statement-breakpoint
DROP TABLE `copies`;--> statement-breakpoint
DROP TABLE `requests`;--> statement-breakpoint
ALTER TABLE `__new_requests` RENAME TO `requests`;--> statement-breakpoint
ALTER TABLE `__new_copies` RENAME TO `copies`;--> statement-breakpoint
CREATE INDEX `copies_by_request` ON `copies` (`request`);--> statement-breakpoint
CREATE INDEX `copies_lagging` ON `copies` (`id`) WHERE lagging = 1;--> statement-breakpoint
CREATE INDEX `requests_by_status` ON `requests` (`status`,`asked_at`);--> statement-breakpoint
CREATE INDEX `requests_by_requester` ON `requests` (`requester`,`status`,`asked_at`);--> statement-breakpoint
CREATE INDEX `requests_by_both` ON `requests` (`requester`,`role`,`status`,`asked_at`);--> statement-breakpoint
CREATE INDEX `requests_by_role` ON `requests` (`role`,`status`,`asked_at`);
