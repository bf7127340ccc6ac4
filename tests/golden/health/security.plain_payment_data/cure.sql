UPDATE user_payment_methods SET encrypted_data = '{"p": "b64:kJ2s+9A=="}';
