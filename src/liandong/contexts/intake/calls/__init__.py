"""The phone desk 电话坐席: calls, what a caller reported before, callbacks."""
