-- printed
ROLLBACK PREPARED 'forgotten';
