-- The offset reset that a replay to a group applies when the group is empty.
ALTER TABLE "job" ADD COLUMN "reset_id" uuid;
-- Up to which row the worker has claimed what it is to send; null when all is claimed.
ALTER TABLE "job" ADD COLUMN "claimed_to" bigint;
-- Why a person wished the job paused or cancelled, in the person's words.
ALTER TABLE "job" ADD COLUMN "wish_reason" text;
