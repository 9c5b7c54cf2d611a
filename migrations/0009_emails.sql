CREATE TABLE `emails` (
	`email` text NOT NULL,
	`principal` text NOT NULL,
	FOREIGN KEY (`principal`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `emails_by_email` ON `emails` (`email`);--> statement-breakpoint
CREATE INDEX `emails_by_principal` ON `emails` (`principal`);--> statement-breakpoint
INSERT INTO `emails` SELECT `email`, `id` FROM `people` WHERE `email` <> ''
UNION SELECT other.value, `people`.`id` FROM `people`, json_each(`people`.`body`, '$.principal.otherEmails') AS other
WHERE other.value <> '';
