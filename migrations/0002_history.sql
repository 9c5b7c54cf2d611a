DROP INDEX `requests_by_requester`;--> statement-breakpoint
CREATE INDEX `requests_by_requester` ON `requests` (`requester`,`status`,`asked_at`,`role`);