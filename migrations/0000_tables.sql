CREATE TABLE `accesses` (
	`id` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `accounts` (
	`key` text PRIMARY KEY NOT NULL,
	`principal` text NOT NULL,
	FOREIGN KEY (`principal`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `accounts_by_principal` ON `accounts` (`principal`);--> statement-breakpoint
CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`subject` text NOT NULL,
	`id` text NOT NULL,
	`body` text NOT NULL,
	`prev` text NOT NULL,
	`hash` text NOT NULL,
	CONSTRAINT "audit_subject" CHECK("audit"."subject" in ('request', 'access', 'person', 'installation'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_by_id` ON `audit` (`id`);--> statement-breakpoint
CREATE TABLE `copies` (
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
	FOREIGN KEY (`request`) REFERENCES `requests`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `copies_by_request` ON `copies` (`request`);--> statement-breakpoint
CREATE INDEX `copies_lagging` ON `copies` (`id`) WHERE lagging = 1;--> statement-breakpoint
CREATE TABLE `effects` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`kind` text NOT NULL,
	`payload` text,
	`due_at` integer NOT NULL,
	`lane` integer NOT NULL,
	`attempt` integer NOT NULL,
	`failures` integer NOT NULL,
	`leased_until` integer,
	`progress` text,
	`again` text,
	`cancelled` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `effects_by_key` ON `effects` (`key`);--> statement-breakpoint
CREATE INDEX `effects_by_lane` ON `effects` (`lane`,`due_at`);--> statement-breakpoint
CREATE INDEX `effects_by_due` ON `effects` (`due_at`,`leased_until`);--> statement-breakpoint
CREATE TABLE `homes` (
	`account` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`principal` text NOT NULL,
	`opened_at` integer NOT NULL,
	FOREIGN KEY (`principal`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `homes_by_principal` ON `homes` (`principal`);--> statement-breakpoint
CREATE TABLE `inbox` (
	`key` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`delivery` text,
	`answered` integer NOT NULL,
	`answer` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `inbox_by_at` ON `inbox` (`at`);--> statement-breakpoint
CREATE TABLE `installation` (
	`id` integer PRIMARY KEY NOT NULL,
	`policy_hash` text,
	`last_at` integer NOT NULL,
	CONSTRAINT "installation_one" CHECK("installation"."id" = 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`body` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `people_by_email` ON `people` (`email`);--> statement-breakpoint
CREATE TABLE `requests` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`requester` text NOT NULL,
	`role` text NOT NULL,
	`asked_at` integer NOT NULL,
	`body` text NOT NULL,
	CONSTRAINT "requests_status" CHECK("requests"."status" in ('pending', 'activating', 'active', 'revoking', 'ended', 'returned', 'revoked', 'activation-failed', 'denied', 'withdrawn', 'expired'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `requests_by_status` ON `requests` (`status`,`asked_at`);--> statement-breakpoint
CREATE INDEX `requests_by_requester` ON `requests` (`requester`,`status`,`asked_at`);--> statement-breakpoint
CREATE INDEX `requests_by_role` ON `requests` (`role`,`status`,`asked_at`);--> statement-breakpoint
CREATE TABLE `scopes` (
	`key` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `tallies` (
	`key` text PRIMARY KEY NOT NULL,
	`opened_at` integer NOT NULL,
	`count` integer NOT NULL,
	`detail` text
) STRICT;
--> statement-breakpoint
CREATE TABLE `texts` (
	`digest` text PRIMARY KEY NOT NULL,
	`salt` text NOT NULL,
	`text` text NOT NULL
) STRICT;
--> statement-breakpoint
INSERT INTO `installation` (`id`, `last_at`) VALUES (1, 0);
--> statement-breakpoint
CREATE TRIGGER `audit_no_update` BEFORE UPDATE ON `audit` BEGIN
	SELECT RAISE(ABORT, 'the audit table is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_no_delete` BEFORE DELETE ON `audit` BEGIN
	SELECT RAISE(ABORT, 'the audit table is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_in_order` BEFORE INSERT ON `audit`
WHEN NEW.`seq` <> (SELECT coalesce(max(`seq`), 0) + 1 FROM `audit`) BEGIN
	SELECT RAISE(ABORT, 'an audit entry follows the last one');
END;
