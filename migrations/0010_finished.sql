CREATE INDEX `requests_finished` ON `requests` (`requester`,`role`,body ->> '$.finishedAt') WHERE body ->> '$.finishedAt' is not null;
